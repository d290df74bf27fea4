import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { byteText } from '#core/byte-amount.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { unreadableFile } from './file-errors.ts';

// The one place where files that come from outside are opened. A pipe, a device or a socket never holds a reader, since it is not
// opened, or, where it took the place of a file meanwhile, is opened without waiting and refused. No more is read than the file
// had when it was opened, and no more is allocated than its kind may have.

/** What may be read as a kind of file. */
export interface FileLimit {
  /** For sentences: "the spec". */
  readonly what: string;
  /** A larger file is refused before anything is read. Infinity where a file is read piece by piece. */
  readonly mostBytes: number;
  /** The sentence for a path where nothing is. */
  readonly missing: (path: string) => string;
}

/** An ordinary file that is open. */
export interface OrdinaryFile {
  readonly path: string;
  /** Bytes that it had when it was opened. */
  readonly size: number;
  readonly handle: FileHandle;
}

/** Windows has neither flag, and no pipes among its files. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
const PIECE_BYTES = 2 ** 18;

/** Opens an ordinary file. Throws one sentence for anything else, and for a file that is larger than its kind may be. */
export async function openOrdinary(path: string, limit: FileLimit): Promise<OrdinaryFile> {
  try {
    checkOrdinary(path, await stat(path), limit);
    const handle = await open(path, FLAGS);
    try {
      return { path, handle, size: checkOrdinary(path, await handle.stat(), limit) };
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    throw unreadableFile(path, error, limit.missing(path));
  }
}

/** `openOrdinary` for threads that have nothing else to do; whoever calls closes the descriptor. */
export function openOrdinarySync(
  path: string,
  limit: FileLimit,
): { readonly descriptor: number; readonly size: number } {
  try {
    checkOrdinary(path, statSync(path), limit);
    const descriptor = openSync(path, FLAGS);
    try {
      return { descriptor, size: checkOrdinary(path, fstatSync(descriptor), limit) };
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  } catch (error) {
    throw unreadableFile(path, error, limit.missing(path));
  }
}

/** The bytes of a whole file. Throws as `openOrdinary` does, and where the file changes its size while it is read. */
export async function readOrdinary(path: string, limit: FileLimit): Promise<Buffer<ArrayBuffer>> {
  const { handle, size } = await openOrdinary(path, limit);
  try {
    const bytes = Buffer.alloc(size);
    const filled = await fill(handle, bytes, 0);
    const { bytesRead: more } = await handle.read(Buffer.alloc(1), 0, 1, size);
    if (filled < size || more > 0) throw changedWhileRead(path);
    return bytes;
  } catch (error) {
    throw unreadableFile(path, error, limit.missing(path));
  } finally {
    await handle.close();
  }
}

/** `readOrdinary` for threads that have nothing else to do. */
export function readOrdinarySync(path: string, limit: FileLimit): Buffer<ArrayBuffer> {
  const { descriptor, size } = openOrdinarySync(path, limit);
  try {
    const bytes = Buffer.alloc(size);
    let filled = 0;
    for (let count = 1; filled < size && count > 0; filled += count) {
      count = readSync(descriptor, bytes, filled, size - filled, filled);
    }
    const more = readSync(descriptor, Buffer.alloc(1), 0, 1, size);
    if (filled < size || more > 0) throw changedWhileRead(path);
    return bytes;
  } catch (error) {
    throw unreadableFile(path, error, limit.missing(path));
  } finally {
    closeSync(descriptor);
  }
}

/** The first bytes of a file; fewer if the file is shorter. */
export async function headOfOrdinary(path: string, limit: FileLimit, byteCount: number): Promise<Buffer<ArrayBuffer>> {
  const { handle, size } = await openOrdinary(path, limit);
  try {
    const head = Buffer.alloc(Math.min(size, byteCount));
    return head.subarray(0, await fill(handle, head, 0));
  } catch (error) {
    throw unreadableFile(path, error, limit.missing(path));
  } finally {
    await handle.close();
  }
}

/** A part of a file, and how it is read. */
export interface PiecesOptions {
  readonly start?: number;
  /** To the end without it. */
  readonly byteLength?: number;
  readonly pieceBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * The bytes of a file, or of a part of it, piece by piece; a piece stays as it is after the next one was asked for. What is written
 * to its end meanwhile is not read; a file that becomes shorter is refused.
 */
export async function* ordinaryPieces(
  path: string,
  limit: FileLimit,
  { start = 0, byteLength, pieceBytes = PIECE_BYTES, signal }: PiecesOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { handle, size } = await openOrdinary(path, limit);
  const end = byteLength === undefined ? size : start + byteLength;
  try {
    for (let place = start; place < end; ) {
      signal?.throwIfAborted();
      const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, end - place));
      const { bytesRead } = await handle.read(piece, 0, piece.length, place);
      if (bytesRead === 0) throw changedWhileRead(path);
      place += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreadableFile(path, error, limit.missing(path));
  } finally {
    await handle.close();
  }
}

async function fill(handle: FileHandle, bytes: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

function changedWhileRead(path: string): AppError {
  return new AppError('unavailable', `${path} changed while it was read: try again when nothing writes to it.`);
}

/** The size of an ordinary file. Throws one sentence that says what it is instead, or that it is too large. */
export function checkOrdinary(path: string, status: Stats | BigIntStats, { what, mostBytes }: FileLimit): number {
  const other = otherThanFile(status);
  if (other === 'a folder') throw badRequest(`${path} is a folder: give ${what} in it.`);
  if (other !== null) throw badRequest(`${path} is ${other}: give ${what} as an ordinary file.`);
  const size = Number(status.size);
  if (size <= mostBytes) return size;
  throw badRequest(`${path} is too large: ${what} may have ${byteText(mostBytes)}, but it has ${byteText(size)}.`);
}

/** What there is instead of an ordinary file; null for such a file. */
function otherThanFile(status: Stats | BigIntStats): string | null {
  if (status.isFile()) return null;
  if (status.isDirectory()) return 'a folder';
  if (status.isFIFO()) return 'a named pipe';
  if (status.isSocket()) return 'a socket';
  return status.isCharacterDevice() || status.isBlockDevice() ? 'a device' : 'no file';
}
