import { constants } from 'node:fs';
import { open, stat, writeFile } from 'node:fs/promises';
import { badRequest } from '#core/errors.ts';
import { errorCodeOf } from '#core/system-error.ts';

/** Windows knows no pipes among its files. */
const FLAGS = constants.O_WRONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * Writes to what is there and no ordinary file, such as /dev/stdout or a pipe of the shell. Throws a bad request for a disk, and for a pipe that
 * nobody reads: the system would wait for a reader for ever.
 */
export async function writeToSpecial(
  path: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const status = await stat(path);
  if (status.isBlockDevice()) throw badRequest(`${path} is a disk: name a file.`);
  if (!status.isFIFO()) return writeFile(path, content);
  // While this end is open, the one that writes is not held up.
  const reached = await open(path, FLAGS).catch((error: unknown) => {
    if (errorCodeOf(error) !== 'ENXIO') throw error;
    throw badRequest(`${path} is a named pipe that nobody reads: start its reader first, or name a file.`);
  });
  try {
    await writeFile(path, content);
  } finally {
    await reached.close();
  }
}
