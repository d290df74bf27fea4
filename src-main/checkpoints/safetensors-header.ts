import { z } from 'zod';
import { AppError } from '#core/errors.ts';
import { jsonOf } from '#core/json-of.ts';
import { product } from '#core/network/shape-ops.ts';
import { boundedRecord, parsedSafely } from '#core/validation.ts';

/** Format: 8 bytes little-endian header length, JSON header, tensor bytes (safetensors 0.4, "Format"). */
export const LENGTH_BYTES = 8;
/** A network of a thousand tensors has a tenth of this; JSON may take twenty times its length in memory. */
const LARGEST_HEADER_BYTES = 2 ** 21;
/** With the slots of an optimizer, the largest network here has a fifth of this; each takes kilobytes of memory to be looked at. */
const MOST_TENSORS = 10_000;
export const FLOAT32_BYTES = 4;

/** Arrays of NumPy have at most so many axes. */
const MOST_SIDES = 64;

/** Bytes of one value of each type that the format knows (safetensors 0.8), without those of less than a byte. */
const TYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ...['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0'].map((type) => [type, 1] as const),
  ...['I16', 'U16', 'F16', 'BF16'].map((type) => [type, 2] as const),
  ...['I32', 'U32', 'F32'].map((type) => [type, FLOAT32_BYTES] as const),
  ...['I64', 'U64', 'F64', 'C64'].map((type) => [type, 8] as const),
]);

/** Files that hold more are not read; see `files/limits.ts`. */
const byteOffset = z
  .int()
  .min(0)
  .max(2 ** 32);
const side = z
  .int()
  .min(0)
  .max(2 ** 32);

const tensorSchema = z.object({
  dtype: z.string(),
  shape: z.array(side).max(MOST_SIDES),
  data_offsets: z.tuple([byteOffset, byteOffset]),
});
/** Other programs keep settings there. */
const MOST_METADATA = 10_000;
const METADATA_KEY = '__metadata__';
const metadataSchema = boundedRecord(z.string(), z.string(), MOST_METADATA);
const headerSchema = z.record(z.string(), z.unknown());

export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  /** The type of its values: F32, F16, ... */
  readonly dtype: string;
  /** First byte of the tensor, counted from the end of the header. */
  readonly start: number;
  readonly bytes: number;
}

export interface SafetensorsHeader {
  /** The tensors in the order of their bytes, without gaps. */
  readonly tensors: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

export function corruptFile(path: string, what: string, cause?: unknown): AppError {
  return new AppError('corrupt', `${path} is not a sound safetensors file: ${what}.`, { cause });
}

/** The length of the header, which is checked to fit into the file. */
export function checkedHeaderLength(prefix: Uint8Array, fileBytes: number, path: string): number {
  const length = new DataView(prefix.buffer, prefix.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(fileBytes - LENGTH_BYTES)) {
    throw corruptFile(path, `its header of ${length} bytes does not fit into the file of ${fileBytes} bytes`);
  }
  if (length > BigInt(LARGEST_HEADER_BYTES)) {
    throw corruptFile(
      path,
      `its header has ${length} bytes, and that of a network has at most ${LARGEST_HEADER_BYTES}`,
    );
  }
  return Number(length);
}

/** Reads the header, and checks that its tensors fill `bodyBytes` exactly. */
export function parseHeader(text: string, bodyBytes: number, path: string): SafetensorsHeader {
  const { [METADATA_KEY]: metadata, ...entries } = parsedWith(headerSchema, readJson(text, path), path);
  const count = Object.keys(entries).length;
  if (count > MOST_TENSORS) {
    throw corruptFile(path, `it has ${count} tensors, and the weights of a network have at most ${MOST_TENSORS}`);
  }
  const tensors = Object.entries(entries)
    .map(([name, entry]) => tensorEntry(name, entry, path))
    .sort((first, second) => first.start - second.start || first.bytes - second.bytes);
  let covered = 0;
  for (const { name, start, bytes } of tensors) {
    if (start !== covered) throw corruptFile(path, `the bytes of "${name}" do not follow those before it`);
    covered += bytes;
  }
  if (covered !== bodyBytes) {
    throw corruptFile(path, `its header describes ${covered} bytes of tensors, but there are ${bodyBytes}`);
  }
  return { tensors, metadata: metadata === undefined ? {} : parsedWith(metadataSchema, metadata, path) };
}

/** Writes the JSON header, padded with spaces so that the tensors begin at a multiple of 8 bytes. */
export function formatHeader({ tensors, metadata }: SafetensorsHeader): Uint8Array {
  const entries = tensors.map(({ name, shape, dtype, start, bytes }) => {
    return [name, { dtype, shape, data_offsets: [start, start + bytes] }] as const;
  });
  const text = JSON.stringify({ [METADATA_KEY]: metadata, ...Object.fromEntries(entries) });
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8).fill(' '.charCodeAt(0));
  padded.set(bytes);
  return padded;
}

function tensorEntry(name: string, entry: unknown, path: string): TensorEntry {
  const { dtype, shape, data_offsets } = parsedWith(tensorSchema, entry, path);
  const [start, end] = data_offsets;
  const bytesOfValue = TYPE_BYTES.get(dtype);
  if (bytesOfValue === undefined) throw corruptFile(path, `"${name}" is of the type ${dtype}, which is not known`);
  if (end - start !== product(shape) * bytesOfValue) {
    throw corruptFile(path, `"${name}" of shape [${shape}] does not have ${end - start} bytes`);
  }
  return { name, shape, dtype, start, bytes: end - start };
}

function readJson(text: string, path: string): unknown {
  const json = jsonOf(text);
  if (json === undefined) throw corruptFile(path, 'its header is not JSON');
  return json;
}

function parsedWith<Schema extends z.ZodType>(schema: Schema, data: unknown, path: string): z.output<Schema> {
  const result = parsedSafely(schema, data);
  if (result.success) return result.data;
  throw corruptFile(path, `its header is malformed at "${result.error.issues[0].path.join('.')}"`);
}
