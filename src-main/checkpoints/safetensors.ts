import { createHash } from 'node:crypto';
import type { NamedTensors } from '#core/network/pytorch-layout.ts';
import type { FileDigest } from '#core/training/checkpoint.ts';
import type { FileOperations } from '../files/durable-file.ts';
import { writeDurably } from '../files/durable-file.ts';
import { type OpenedSafetensors, withSafetensors } from './opened-safetensors.ts';
import type { TensorEntry } from './safetensors-header.ts';
import { corruptFile, FLOAT32_BYTES, formatHeader, LENGTH_BYTES } from './safetensors-header.ts';

export interface SafetensorsFile {
  readonly tensors: NamedTensors;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Writes the file durably. Throws 'no-space' or 'unavailable'. The same content always gives the same bytes. */
export async function writeSafetensors(
  path: string,
  file: SafetensorsFile,
  files?: FileOperations,
): Promise<FileDigest> {
  const bytes = encode(file);
  await writeDurably(path, bytes, { files });
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Reads the whole file, whose tensors must all be float32. `check` may refuse it by its header, before any tensor is read. Throws
 * 'not-found', 'corrupt' or 'unavailable', naming the file.
 */
export function readSafetensors(
  path: string,
  check: (file: OpenedSafetensors) => void = () => undefined,
): Promise<SafetensorsFile & FileDigest> {
  return withSafetensors(path, async (file) => {
    check(file);
    const { tensors, metadata } = file.header;
    const other = tensors.find(({ dtype }) => dtype !== 'F32');
    if (other !== undefined) throw corruptFile(path, `"${other.name}" is ${other.dtype}, and only F32 is read`);
    const { contents, digest } = await file.whole();
    return { tensors: tensorsIn(contents, tensors), metadata, ...digest };
  });
}

/** The tensors as views of `body`: offsets are multiples of 4, since all tensors are float32 and have no gaps between them. */
function tensorsIn(body: Uint8Array, entries: readonly TensorEntry[]): NamedTensors {
  return new Map(
    entries.map(({ name, shape, start, bytes }) => {
      const values = new Float32Array(body.buffer, body.byteOffset + start, bytes / FLOAT32_BYTES);
      return [name, { shape, values }];
    }),
  );
}

function encode({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const entries: TensorEntry[] = [];
  let bodyBytes = 0;
  for (const [name, { shape, values }] of tensors) {
    entries.push({ name, shape, dtype: 'F32', start: bodyBytes, bytes: values.byteLength });
    bodyBytes += values.byteLength;
  }
  const header = formatHeader({ tensors: entries, metadata });
  const bytes = new Uint8Array(LENGTH_BYTES + header.length + bodyBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, LENGTH_BYTES);
  let position = LENGTH_BYTES + header.length;
  for (const { values } of tensors.values()) {
    // Float32 values are copied in memory order, which is little-endian on every machine that TensorFlow runs on.
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return bytes;
}
