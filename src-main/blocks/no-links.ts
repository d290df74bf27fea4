import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badRequest } from '#core/errors.ts';
import { isNothingThere, unreadableFile } from '../files/file-errors.ts';

/**
 * Throws one sentence where a folder of a block holds a link, since what is written there would be written where the link leads, which may be
 * anywhere. The folder of the block itself may be one. Without `deeply`, what is in the folders below is not looked at.
 */
export async function checkNoLinks(folder: string, { deeply = false } = {}): Promise<void> {
  const link = (await entriesOf(folder, deeply)).find((entry) => entry.isSymbolicLink());
  if (link === undefined) return;
  const path = join(link.parentPath, link.name);
  throw badRequest(`${path} is a link, which may lead out of its block: put the file or the folder itself there.`);
}

/** None where there is no folder yet. With types, links to folders are not followed. */
async function entriesOf(folder: string, recursive: boolean): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true, recursive });
  } catch (error) {
    if (isNothingThere(error)) return [];
    throw unreadableFile(folder, error, `There is no ${folder}.`);
  }
}
