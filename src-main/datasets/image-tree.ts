import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { balancedOrder } from '#core/data/balanced-order.ts';
import { allocateLabels } from '#core/data/image-memory.ts';
import { AppError, badRequest, corrupt } from '#core/errors.ts';
import { unreadable } from './data-file.ts';

/** The files of one part, in the order in which their images are numbered. */
export interface LabelledFiles {
  readonly files: readonly string[];
  /** [files] */
  readonly labels: Int32Array;
}

/** What a folder of images holds. */
export interface ImageTree {
  readonly classNames: readonly string[];
  readonly training: LabelledFiles;
  readonly test: LabelledFiles;
  /** Of the names, sizes and times of all files: changes with them. */
  readonly version: string;
}

type FoundFile = { readonly path: string; readonly stamp: string };

const IMAGE_ENDING = /\.(png|jpe?g)$/i;
/** Folders below a class; more can only be a link that leads back. */
const MAX_DEPTH = 8;
/** Tiny-ImageNet labels its validation images in this file: name, class and a box, separated by tabs. */
const ANNOTATIONS = 'val_annotations.txt';

/**
 * Lists `train/<class>/**` and `test/<class>/**` or `val/<class>/**`, or `val/images/*` with Tiny-ImageNet's annotations.
 * Classes are the folders of `train` by name. Reads no image; synchronous, for a thread of its own.
 */
export function listImageTree(folder: string): ImageTree {
  const classNames = classFolders(folder, 'train');
  if (classNames.length < 2) {
    throw badRequest(`${join(folder, 'train')} has ${classNames.length} class folders: at least 2 are needed.`);
  }
  const training = classNames.map((name) => imagesOfClass(join(folder, 'train', name)));
  const test = testImages(folder, classNames);
  const hash = createHash('sha256');
  for (const { path, stamp } of [...training, ...test].flat()) hash.update(`${relative(folder, path)}\n${stamp}\n`);
  return { classNames, training: labelled(training), test: labelled(test), version: hash.digest('hex') };
}

function labelled(classes: readonly (readonly FoundFile[])[]): LabelledFiles {
  const sorted = classes.flatMap((files, label) => files.map(({ path }) => ({ path, label })));
  const order = balancedOrder(classes.map(({ length }) => length));
  const labels = allocateLabels(sorted.length);
  order.forEach((place, index) => {
    labels[index] = sorted[place].label;
  });
  return { files: Array.from(order, (place) => sorted[place].path), labels };
}

function testImages(folder: string, classNames: readonly string[]): readonly (readonly FoundFile[])[] {
  const annotations = join(folder, 'val', ANNOTATIONS);
  if (exists(annotations)) return annotatedImages(folder, annotations, classNames);
  const part = exists(join(folder, 'test')) ? 'test' : 'val';
  const unknown = classFolders(folder, part).find((name) => !classNames.includes(name));
  if (unknown !== undefined) {
    throw badRequest(
      `${join(folder, part, unknown)} is no class of the training images: ${join(folder, 'train')} has no such folder.`,
    );
  }
  const images = classNames.map((name) =>
    exists(join(folder, part, name)) ? imagesOfClass(join(folder, part, name)) : [],
  );
  if (images.every(({ length }) => length === 0)) throw badRequest(`${join(folder, part)} holds no image to test on.`);
  return images;
}

function annotatedImages(folder: string, annotations: string, classNames: readonly string[]) {
  const labels = new Map(classNames.map((name, label) => [name, label]));
  const images: FoundFile[][] = classNames.map(() => []);
  for (const line of readText(annotations).split('\n')) {
    const [file, name] = line.split('\t');
    if (name === undefined) continue;
    const label = labels.get(name);
    if (label === undefined) throw corrupt(annotations, `gives ${file} the class ${name}, which train does not have`);
    const path = join(folder, 'val', 'images', file);
    images[label].push({ path, stamp: stampOf(statusOf(path)) });
  }
  if (images.every(({ length }) => length === 0)) throw corrupt(annotations, 'names no image');
  return images;
}

/** The names of the folders in `train`, `test` or `val`, sorted by their characters' codes. */
function classFolders(folder: string, part: string): readonly string[] {
  if (!statusOf(folder).isDirectory())
    throw badRequest(`${folder} is a file: give the folder that holds train and test.`);
  const path = join(folder, part);
  if (!exists(path)) {
    const missing = part === 'train' ? 'train' : 'test or val';
    throw new AppError(
      'not-found',
      `${folder} holds no folder ${missing}: images belong in train/<class> and test/<class>.`,
    );
  }
  return visibleNames(path).filter((name) => statusOf(join(path, name)).isDirectory());
}

function imagesOfClass(folder: string): readonly FoundFile[] {
  const images = imagesIn(folder, MAX_DEPTH);
  if (images.length > 0) return images;
  throw badRequest(`${folder} holds no PNG or JPEG image: put some there, or remove the folder.`);
}

function imagesIn(folder: string, depth: number): readonly FoundFile[] {
  return visibleNames(folder).flatMap((name) => {
    const path = join(folder, name);
    const status = statusOf(path);
    if (status.isDirectory()) return depth === 0 ? [] : imagesIn(path, depth - 1);
    return status.isFile() && IMAGE_ENDING.test(name) ? [{ path, stamp: stampOf(status) }] : [];
  });
}

/** Without those that the system keeps for itself, such as `.DS_Store` and `._photo.jpg`. */
function visibleNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

function statusOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function stampOf({ size, mtimeMs }: Stats): string {
  return `${size} ${mtimeMs}`;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}
