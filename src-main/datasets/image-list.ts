import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { balancedOrder } from '#core/data/balanced-order.ts';
import type { ClassifiedImages, ImageFile, ImageFolders, PathStatus } from '#core/data/data-files.ts';
import { allocateLabels } from '#core/data/image-memory.ts';
import { unreadable } from './data-file.ts';

/** The files of one part in the order of their images' numbers. */
export interface LabelledFiles {
  readonly files: readonly string[];
  /** [files] */
  readonly labels: Int32Array;
}

/** The image files of a data set. */
export interface ImageList {
  readonly classNames: readonly string[];
  readonly training: LabelledFiles;
  readonly test: LabelledFiles;
  /** A hash of the names, sizes and times of all files. */
  readonly version: string;
}

/** Numbers the images so that every beginning and every end of the list holds each class in its share. */
export function imageList(folder: string, { classNames, training, test }: ClassifiedImages): ImageList {
  const hash = createHash('sha256');
  for (const { path, stamp } of [...training, ...test].flat()) hash.update(`${relative(folder, path)}\n${stamp}\n`);
  return { classNames, training: labelled(training), test: labelled(test), version: hash.digest('hex') };
}

function labelled(classes: readonly (readonly ImageFile[])[]): LabelledFiles {
  const sorted = classes.flatMap((files, label) => files.map(({ path }) => ({ path, label })));
  const order = balancedOrder(classes.map(({ length }) => length));
  const labels = allocateLabels(sorted.length);
  order.forEach((place, index) => {
    labels[index] = sorted[place].label;
  });
  return { files: Array.from(order, (place) => sorted[place].path), labels };
}

/** The folders of this machine. */
export const diskFolders: ImageFolders = {
  join,
  names: visibleNames,
  status: statusOf,
  exists: (path) => statSync(path, { throwIfNoEntry: false }) !== undefined,
  text: readText,
};

/** The names in a folder without the hidden files of the system, such as `.DS_Store` and `._photo.jpg`. */
function visibleNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

function statusOf(path: string): PathStatus {
  try {
    const status = statSync(path);
    const { size, mtimeMs } = status;
    return { isFolder: status.isDirectory(), isFile: status.isFile(), stamp: `${size} ${mtimeMs}` };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}
