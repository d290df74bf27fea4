import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ErrorCode } from '#core/errors.ts';
import { AppError, messageOf } from '#core/errors.ts';

/** Writes a file that the user asked for. Throws one sentence where that fails. */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new AppError(codeOf(error), `${path} cannot be written: ${messageOf(error)}.`, { cause: error });
  }
}

/** The same in a folder of ours, which is made where it is missing. */
export async function writeTextInNewFolder(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeText(path, text);
}

function codeOf(error: unknown): ErrorCode {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC') return 'no-space';
  return code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR' ? 'bad-request' : 'unavailable';
}
