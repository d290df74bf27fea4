import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { balancedOrder } from '#core/data/balanced-order.ts';
import type { FolderListing, ImageFile } from '#core/data/data-files.ts';
import type { KindLocation } from '#core/data/dataset-kind.ts';
import { datasetKindOf } from '#core/data/dataset-location.ts';
import { allocateLabels } from '#core/data/image-memory.ts';
import { AppError } from '#core/errors.ts';
import { diskFolders } from './disk-folders.ts';

/** The files of one part in the order of their images' numbers. */
export interface LabelledFiles {
  readonly files: readonly string[];
  /** [files] */
  readonly labels: Int32Array;
}

/** The image files of a data set. */
export interface ImageList {
  readonly folder: string;
  /** Side of the square to which every image is resized and cropped; null where all images have the same size. */
  readonly size: number | null;
  readonly classNames: readonly string[];
  readonly training: LabelledFiles;
  readonly test: LabelledFiles;
  /** Null where the folder brings no validation split. */
  readonly validation: LabelledFiles | null;
  /** What the kind has left out. */
  readonly listing: FolderListing;
  /** Bytes of all files. */
  readonly fileBytes: number;
  /** A hash of the names, classes, sizes and times of all files. */
  readonly version: string;
}

const NOTHING_LEFT_OUT: FolderListing = { skipped: [], unreadable: [], notes: [] };

/** The files of the folder, as its kind lists them. */
export function listedImages(location: KindLocation): ImageList {
  const { reading } = datasetKindOf(location);
  const { kind, path } = location;
  if (reading.from !== 'image files' || path === undefined) {
    throw new AppError('internal', `A data set of the kind "${kind}" has no image files of its own.`);
  }
  const { classNames, training, test, validation, listing = NOTHING_LEFT_OUT } = reading.list(location, diskFolders);
  const all = [...training, ...test, ...(validation ?? [])];
  return {
    ...{ folder: path, size: reading.sizeOf(location), classNames },
    ...{ training: labelled(training), test: labelled(test) },
    validation: validation === undefined ? null : labelled(validation),
    listing,
    fileBytes: all.flat().reduce((sum, { byteLength }) => sum + byteLength, 0),
    version: versionOf(path, all),
  };
}

function versionOf(folder: string, classes: readonly (readonly ImageFile[])[]): string {
  const hash = createHash('sha256');
  for (const [label, files] of classes.entries()) {
    hash.update(`${label}\n`);
    for (const { path, stamp } of files) hash.update(`${relative(folder, path)}\n${stamp}\n`);
  }
  return hash.digest('hex');
}

/** Numbers the images so that every beginning and every end of the list holds each class in its share. */
function labelled(classes: readonly (readonly ImageFile[])[]): LabelledFiles {
  const sorted = classes.flatMap((files, label) => files.map(({ path }) => ({ path, label })));
  const order = balancedOrder(classes.map(({ length }) => length));
  const labels = allocateLabels(sorted.length);
  order.forEach((place, index) => {
    labels[index] = sorted[place].label;
  });
  return { files: Array.from(order, (place) => sorted[place].path), labels };
}
