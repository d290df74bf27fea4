import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isPacked } from '#core/data/data-files.ts';
import { FORMAT_BYTES, fileFormat } from '#core/data/file-formats.ts';
import { type AppError, corrupt, messageOf } from '#core/errors.ts';
import { errorCodeOf } from '#core/system-error.ts';
import { isNothingThere, unreadableFile } from '../files/file-errors.ts';
import { DATA_LIMIT, WHOLE_DATA_LIMIT } from '../files/limits.ts';
import { checkOrdinary, headOfOrdinary, ordinaryPieces, readOrdinary } from '../files/ordinary-file.ts';

const PIECE_BYTES = 2 ** 18;

/** The AppError for a path of a data set that cannot be read. */
export function unreadable(path: string, error: unknown): AppError {
  return unreadableFile(path, error, DATA_LIMIT.missing(path));
}

export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

export async function fileExists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return false;
    throw unreadable(path, error);
  }
}

/** The names in a folder, sorted, without hidden ones. */
export async function folderNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  return names.filter((name) => !name.startsWith('.')).sort();
}

/** The size of a file that is about to be read: devices, pipes and folders are refused. */
export async function checkedFileSize(path: string): Promise<number> {
  try {
    return checkOrdinary(path, await stat(path), DATA_LIMIT);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Changes when a file is written again or another takes its place, also where somebody has set the time of its contents back:
 * the time of its last change, which programs cannot set, and its number on the disk tell.
 */
export function stampOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
}

/** Changes when the file is written again. */
export async function fileVersion(path: string): Promise<string> {
  const status = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return stampOf(status);
}

/** What there is at a path: a file as it is now, a folder, or nothing. Changes when that changes. */
export async function pathVersion(path: string): Promise<string> {
  try {
    const status = await stat(path, { bigint: true });
    return status.isDirectory() ? 'folder' : stampOf(status);
  } catch (error) {
    if (isNothingThere(error)) return 'missing';
    throw unreadable(path, error);
  }
}

/** The bytes of a file as they are. */
export async function readDataFile(path: string): Promise<Uint8Array> {
  return readOrdinary(path, WHOLE_DATA_LIMIT);
}

/** The bytes of a file piece by piece, unpacked if it is a `.gz`: no piece holds the thread for long. */
export async function* readPieces(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const stored = ordinaryPieces(path, DATA_LIMIT);
  // The loop over the last stream throws an error of either stream; the callback would only repeat it.
  const repeated = (): void => undefined;
  const pieces = isPacked(path) ? pipeline(stored, createGunzip({ chunkSize: PIECE_BYTES }), repeated) : stored;
  try {
    for await (const piece of pieces) yield piece as Uint8Array;
  } catch (error) {
    // zlib names its errors Z_DATA_ERROR, Z_BUF_ERROR and the like.
    if (!errorCodeOf(error)?.startsWith('Z_')) throw unreadable(path, error);
    throw corrupt(path, await gzipProblem(path, messageOf(error)), error);
  }
}

/** Some browsers unpack what they download and keep its name; others keep the page that says why they could not. */
async function gzipProblem(path: string, message: string): Promise<string> {
  const head = await readHead(path, FORMAT_BYTES);
  if (head[0] === 0x1f && head[1] === 0x8b) return `is not an intact gzip file (${message})`;
  const format = fileFormat(head);
  if (format !== null) return `is ${format.name}, although its name ends in .gz: get the file again`;
  return 'is not an intact gzip file: if it is unpacked already, take .gz off its name, else get the file again';
}

/** The first bytes of a file as they are; fewer if the file is shorter. */
export async function readHead(path: string, byteCount: number): Promise<Uint8Array> {
  return headOfOrdinary(path, DATA_LIMIT, byteCount);
}

/** The first bytes of a file, unpacked; fewer if the file is shorter. */
export async function readStart(path: string, byteCount: number): Promise<Uint8Array> {
  const start = new Uint8Array(byteCount);
  let filled = 0;
  for await (const piece of readPieces(path)) {
    start.set(piece.subarray(0, byteCount - filled), filled);
    filled = Math.min(byteCount, filled + piece.length);
    if (filled === byteCount) break;
  }
  return start.subarray(0, filled);
}
