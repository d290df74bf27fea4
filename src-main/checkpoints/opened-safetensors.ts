import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { AppError, messageOf } from '#core/errors.ts';
import type { FileDigest } from '#core/training/checkpoint.ts';
import { WEIGHTS_LIMIT } from '../files/limits.ts';
import { type OrdinaryFile, openOrdinary } from '../files/ordinary-file.ts';
import type { SafetensorsHeader, TensorEntry } from './safetensors-header.ts';
import { checkedHeaderLength, corruptFile, LENGTH_BYTES, parseHeader } from './safetensors-header.ts';

/** Bytes that are read and hashed between two turns of the event loop: about 1 ms of work. */
const BYTES_A_TURN = 2 ** 20;

/** A safetensors file that is open, with its header; its tensors are read one by one. */
export interface OpenedSafetensors {
  readonly header: SafetensorsHeader;
  /** Bytes of the file. */
  readonly bytes: number;
  /** The bytes of one tensor. */
  read(tensor: TensorEntry): Promise<Uint8Array<ArrayBuffer>>;
  /** The bytes of all tensors, and the digest of the whole file. */
  whole(): Promise<{ readonly contents: Uint8Array<ArrayBuffer>; readonly digest: FileDigest }>;
  /** SHA-256 of the whole file, hexadecimal; reads all of it. */
  sha256(): Promise<string>;
}

/**
 * Opens the file for as long as the work takes, and checks every length in its header against its size before memory is allocated
 * for it. Throws 'not-found', 'corrupt' or 'unavailable', naming the file.
 */
export async function withSafetensors<Result>(
  path: string,
  work: (file: OpenedSafetensors) => Promise<Result>,
): Promise<Result> {
  const file = await openOrdinary(path, WEIGHTS_LIMIT);
  try {
    return await work(await opened(file));
  } catch (error) {
    throw readError(path, error);
  } finally {
    await file.handle.close();
  }
}

async function opened({ path, handle, size }: OrdinaryFile): Promise<OpenedSafetensors> {
  if (size < LENGTH_BYTES) throw corruptFile(path, `it has only ${size} bytes`);
  const prefix = await readExactly(handle, { position: 0, length: LENGTH_BYTES, path });
  const headerLength = checkedHeaderLength(prefix, size, path);
  const headerBytes = await readExactly(handle, { position: LENGTH_BYTES, length: headerLength, path });
  const bodyStart = LENGTH_BYTES + headerLength;
  return {
    header: parseHeader(new TextDecoder().decode(headerBytes), size - bodyStart, path),
    bytes: size,
    read: ({ start, bytes: length }) => readExactly(handle, { position: bodyStart + start, length, path }),
    whole: async () => {
      const contents = await readExactly(handle, { position: bodyStart, length: size - bodyStart, path });
      const sha256 = createHash('sha256').update(prefix).update(headerBytes).update(contents).digest('hex');
      return { contents, digest: { bytes: size, sha256 } };
    },
    sha256: () => hashOf(handle, size, path),
  };
}

async function hashOf(handle: FileHandle, size: number, path: string): Promise<string> {
  const hash = createHash('sha256');
  for (let position = 0; position < size; position += BYTES_A_TURN) {
    hash.update(await readExactly(handle, { position, length: Math.min(BYTES_A_TURN, size - position), path }));
  }
  return hash.digest('hex');
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
