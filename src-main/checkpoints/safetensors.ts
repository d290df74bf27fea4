import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { AppError, messageOf } from '#core/errors.ts';
import type { NamedTensors } from '#core/network/pytorch-layout.ts';
import type { FileDigest } from '#core/training/checkpoint.ts';
import type { FileOperations } from './durable-file.ts';
import { writeDurably } from './durable-file.ts';
import type { TensorEntry } from './safetensors-header.ts';
import {
  checkedHeaderLength,
  corruptFile,
  FLOAT32_BYTES,
  formatHeader,
  LENGTH_BYTES,
  parseHeader,
} from './safetensors-header.ts';

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
  await writeDurably(path, bytes, files);
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Reads the file, and checks every length in it against the file's size before memory is allocated for it.
 * Throws 'not-found', 'corrupt' or 'unavailable', naming the file.
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile & FileDigest> {
  const handle = await openToRead(path);
  try {
    return await readOpened(handle, path);
  } catch (error) {
    throw readError(path, error);
  } finally {
    await handle.close();
  }
}

async function readOpened(handle: FileHandle, path: string): Promise<SafetensorsFile & FileDigest> {
  const { size } = await handle.stat();
  if (size < LENGTH_BYTES) throw corruptFile(path, `it has only ${size} bytes`);
  const prefix = await readExactly(handle, { position: 0, length: LENGTH_BYTES, path });
  const headerLength = checkedHeaderLength(prefix, size, path);
  const headerBytes = await readExactly(handle, { position: LENGTH_BYTES, length: headerLength, path });
  const bodyStart = LENGTH_BYTES + headerLength;
  const header = parseHeader(new TextDecoder().decode(headerBytes), size - bodyStart, path);
  const body = await readExactly(handle, { position: bodyStart, length: size - bodyStart, path });
  const sha256 = createHash('sha256').update(prefix).update(headerBytes).update(body).digest('hex');
  return { tensors: tensorsIn(body, header.tensors), metadata: header.metadata, bytes: size, sha256 };
}

/** The tensors as views of `body`: offsets are multiples of 4, since all tensors are float32 and have no gaps between them. */
function tensorsIn(body: Uint8Array, entries: readonly TensorEntry[]): NamedTensors {
  return new Map(
    entries.map(({ name, shape, start }, index) => {
      const end = entries[index + 1]?.start ?? body.length;
      const values = new Float32Array(body.buffer, body.byteOffset + start, (end - start) / FLOAT32_BYTES);
      return [name, { shape, values }];
    }),
  );
}

function encode({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const entries: TensorEntry[] = [];
  let bodyBytes = 0;
  for (const [name, { shape, values }] of tensors) {
    entries.push({ name, shape, start: bodyBytes });
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

async function openToRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new AppError('not-found', `There is no file ${path}.`, { cause: error });
    }
    throw readError(path, error);
  }
}

function readError(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('unavailable', `${path} could not be read: ${messageOf(error)}.`, { cause: error });
}

interface Stretch {
  readonly position: number;
  readonly length: number;
  readonly path: string;
}

async function readExactly(handle: FileHandle, { position, length, path }: Stretch): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) throw corruptFile(path, 'it became shorter while it was read');
    filled += bytesRead;
  }
  return bytes;
}
