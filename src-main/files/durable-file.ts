import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import * as nodeFiles from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError, messageOf } from '#core/errors.ts';
import { isFullDisk } from '#core/system-error.ts';

/** The file operations of a durable write; tests stop between any two of them. */
export type FileOperations = Pick<typeof nodeFiles, 'open' | 'rename' | 'rm'>;

const TEMPORARY_ENDING = '.tmp';
/** As 'w' opens, but without waiting for somebody who reads where a pipe has the name: the system then refuses. Windows has no such pipes. */
const NEW_CONTENT = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NONBLOCK ?? 0);
/** Of the usual file systems. */
const MOST_NAME_BYTES = 255;

export function isTemporary(name: string): boolean {
  return name.endsWith(TEMPORARY_ENDING);
}

/** The bytes of a file, as a whole or piece by piece. */
export type FileContent = Uint8Array | AsyncIterable<Uint8Array>;

export interface WritingOptions {
  readonly files?: FileOperations | undefined;
  /** Tells the temporary files of several processes apart that write the same file. */
  readonly writer?: number;
  /** Who may read it, where everybody may not. */
  readonly mode?: number;
}

/**
 * Puts a whole file in place or leaves the old one: temporary file in the same folder, sync, rename, sync of the folder.
 * Throws 'no-space' where the disk is full, 'unavailable' where it cannot be written otherwise.
 */
export async function writeDurably(
  path: string,
  content: FileContent,
  { files = nodeFiles, writer, mode }: WritingOptions = {},
): Promise<void> {
  const temporary = temporaryFor(writer === undefined ? path : `${path}.${writer}`);
  try {
    await writeSynced(await files.open(temporary, NEW_CONTENT, mode), content);
    await files.rename(temporary, path);
    await syncFolder(dirname(path), files);
  } catch (error) {
    // Where it cannot be removed either, the first error tells why; whoever writes here next removes it.
    await files.rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(path, error);
  }
}

/** In the same folder; where the name leaves no room for another ending, under another name. */
function temporaryFor(path: string): string {
  const ending = path + TEMPORARY_ENDING;
  return Buffer.byteLength(basename(ending)) <= MOST_NAME_BYTES
    ? ending
    : join(dirname(path), `${randomUUID()}${TEMPORARY_ENDING}`);
}

async function writeSynced(handle: nodeFiles.FileHandle, content: FileContent): Promise<void> {
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename survives a power cut only once its folder is synced. Windows syncs folders by itself and cannot open them. */
export async function syncFolder(path: string, files: Pick<FileOperations, 'open'> = nodeFiles): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await files.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes to the disk what a file holds. */
export async function syncFile(path: string): Promise<void> {
  const handle = await nodeFiles.open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The AppError for a file that could not be written; an AppError stays as it is. */
export function writeError(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isFullDisk(error)) {
    return new AppError('no-space', `The disk is full: ${path} could not be written.`, { cause: error });
  }
  return new AppError('unavailable', `${path} could not be written: ${messageOf(error)}.`, { cause: error });
}
