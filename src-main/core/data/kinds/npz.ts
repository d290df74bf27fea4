import { z } from 'zod';
import { corrupt } from '../../errors.ts';
import type { DataFiles, SkippedFiles } from '../data-files.ts';
import type { DatasetKind } from '../dataset-kind.ts';
import type { DataSource, DatasetInfo, ImageSet } from '../image-set.ts';
import { LeftOut } from '../left-out.ts';
import { type NpzFile, withNpyArrays } from './npy-arrays.ts';
import { type NpzImages, npzImages } from './npz-images.ts';
import { npzLabels } from './npz-labels.ts';
import { npzNames } from './npz-names.ts';

const schema = z.strictObject({ kind: z.literal('npz'), path: z.string().min(1) });

type NpzLocation = z.infer<typeof schema>;

/** A file of NumPy arrays. */
export const npz = {
  kind: 'npz',
  title: 'NumPy arrays (.npz)',
  schema,
  fields: [],
  files: {
    holds:
      "A file with the arrays x_train, y_train, x_test and y_test, like Keras' mnist.npz, or train_images, train_labels and so on, like MedMNIST: images of uint8 from 0 to 255, count × height × width, also with 1 or 3 channels, and labels that are whole numbers, words or rows with a single 1. A validation split (x_val, y_val) is used where it is there.",
    takes: ['file'],
    dialogTitle: 'File of NumPy arrays',
    filter: { name: 'NumPy arrays', extensions: ['npz'] },
    recognises: ({ isFolder, names }) => !isFolder && names.some((name) => name.endsWith('.npy')),
  },
  reading: { from: 'arrays', open: openNpz, describe: describeNpz },
} satisfies DatasetKind<NpzLocation>;

const NO_PART = 'images or labels alone, or neither (images such as x_val need labels, y_val)';

/** The parts of a file: training, test, and validation where the file brings it. */
interface NpzParts {
  readonly images: readonly NpzImages[];
  readonly labels: readonly Int32Array[];
  readonly classes: number;
  readonly classNames?: readonly string[];
  readonly skipped: readonly SkippedFiles[];
}

async function openNpz({ path }: NpzLocation, files: DataFiles): Promise<DataSource> {
  return withNpyArrays(path, files, async (file) => {
    const { images, labels, classes, classNames, skipped } = await readParts(file);
    const pixels = await files.keepPixels(images.map((part) => part.pixels));
    const [training, test, validation]: ImageSet[] = images.map((part, index) => ({
      ...part,
      ...{ classes, pixels: pixels[index], labels: labels[index] },
    }));
    return {
      ...{ training, test, skipped },
      ...(validation === undefined ? {} : { validation }),
      ...(classNames === undefined ? {} : { classNames }),
    };
  });
}

/** The data set as its headers and labels describe it. */
async function describeNpz({ path }: NpzLocation, files: DataFiles): Promise<DatasetInfo> {
  return withNpyArrays(path, files, async (file) => {
    const { images, classes } = await readParts(file);
    const [training, test, validation] = images;
    const { height, width, channels } = training;
    const counts = { training: training.count, test: test.count, validation: validation?.count ?? 0 };
    return { ...counts, height, width, channels, classes };
  });
}

async function readParts(file: NpzFile): Promise<NpzParts> {
  const names = npzNames(file.path, file.names);
  const parts = [names.training, names.test, ...(await validationIn(file, names.validation))];
  const images: NpzImages[] = [];
  for (const part of parts) images.push(await npzImages(await file.array(part.images)));
  const arrays = await Promise.all(parts.map((part) => file.array(part.labels)));
  const labels = await npzLabels(arrays);
  for (const [index, { count, pixels }] of images.entries()) {
    const labelled = labels.labels[index].length;
    if (labelled === count) continue;
    throw corrupt(arrays[index].path, `has ${labelled} labels, but ${pixels.path} has ${count} images`);
  }
  checkSizesEqual(file.path, images);
  const read = new Set(parts.flatMap((part) => [part.images, part.labels]));
  const leftOut = new LeftOut();
  for (const path of file.names) if (!read.has(path)) leftOut.add({ path }, NO_PART);
  return { images, ...labels, skipped: leftOut.skipped };
}

/** A validation split without an image is none. */
async function validationIn<Names extends { readonly images: string }>(
  file: NpzFile,
  names: Names | null,
): Promise<readonly Names[]> {
  if (names === null) return [];
  const { shape } = await file.array(names.images);
  return shape[0] === 0 ? [] : [names];
}

function checkSizesEqual(path: string, parts: readonly NpzImages[]): void {
  const [trained, ...others] = parts.map(({ height, width, channels }) => `${height}x${width}x${channels}`);
  const other = others.findIndex((size) => size !== trained);
  if (other === -1) return;
  const purpose = ['testing', 'validation'][other];
  throw corrupt(path, `mixes image sizes: ${trained} for training and ${others[other]} for ${purpose}`);
}
