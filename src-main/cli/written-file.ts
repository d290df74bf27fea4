import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ErrorCode } from '#core/errors.ts';
import { AppError, messageOf } from '#core/errors.ts';

/** Writes a file that the user asked for. Throws one sentence where that fails. */
export async function writeContent(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (error) {
    throw new AppError(codeOf(error), `${path} cannot be written: ${messageOf(error)}.`, { cause: error });
  }
}

/** Writes a file into one of our own folders, which is made where it is missing. */
export async function writeInNewFolder(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeContent(path, content);
}

function codeOf(error: unknown): ErrorCode {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC') return 'no-space';
  return code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR' ? 'bad-request' : 'unavailable';
}
