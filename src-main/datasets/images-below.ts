import { basename, relative } from 'node:path';
import type { FolderListing, PathStatus } from '#core/data/data-files.ts';
import { FolderWalk } from '#core/data/kinds/folder-walk.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { diskFolders } from './disk-folders.ts';

/** Deeper folders are named as left out. */
const MOST_LEVELS = 64;

/** Image files by their full path and by their path below the folder. */
export interface ListedFiles {
  readonly files: readonly { readonly path: string; readonly name: string }[];
  readonly listing: FolderListing;
}

/**
 * All image files below a folder, by name, or a single file whatever its name says. Throws 'not-found' or a bad request where
 * there is neither.
 */
export function imagesBelow(path: string): ListedFiles {
  if (isFile(path)) {
    return { files: [{ path, name: basename(path) }], listing: { skipped: [], unreadable: [], notes: [] } };
  }
  const walk = new FolderWalk(diskFolders);
  const folder = walk.start(path);
  walk.readFrom([folder]);
  const images = walk.images(folder, MOST_LEVELS);
  const files = images.map((image) => ({ path: image.path, name: relative(path, image.path).replaceAll('\\', '/') }));
  return { files, listing: walk.listing };
}

function isFile(path: string): boolean {
  const status = statusOf(path);
  if (status.isFile || status.isFolder) return status.isFile;
  throw badRequest(`${path} is neither a folder nor an ordinary file: give a folder of images, or one image.`);
}

function statusOf(path: string): PathStatus {
  try {
    return diskFolders.status(path);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
    throw new AppError('not-found', `${path} does not exist: give a folder of images, or one image.`, { cause: error });
  }
}
