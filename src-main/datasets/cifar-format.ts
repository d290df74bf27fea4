import { corrupt } from '#core/errors.ts';

// The binary version of https://www.cs.toronto.edu/~kriz/cifar.html: records of one label byte (CIFAR-100: coarse,
// then fine) and 3072 pixels, red plane first, each plane row by row.
export const SIDE = 32;
export const CHANNELS = 3;
export const PIXELS = CHANNELS * SIDE * SIDE;

export type CifarFormat = {
  readonly name: string;
  readonly classes: number;
  /** Label bytes of a record; the last one is the label that is learned. */
  readonly labelBytes: number;
  readonly trainingFiles: readonly string[];
  readonly testFile: string;
  readonly classNamesFile: string;
  /** The folder inside the authors' archive. */
  readonly folder: string;
};

export const cifar10: CifarFormat = {
  name: 'CIFAR-10',
  classes: 10,
  labelBytes: 1,
  trainingFiles: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`),
  testFile: 'test_batch.bin',
  classNamesFile: 'batches.meta.txt',
  folder: 'cifar-10-batches-bin',
};

export const cifar100: CifarFormat = {
  name: 'CIFAR-100',
  classes: 100,
  labelBytes: 2,
  trainingFiles: ['train.bin'],
  testFile: 'test.bin',
  classNamesFile: 'fine_label_names.txt',
  folder: 'cifar-100-binary',
};

export type NamedBytes = { readonly path: string; readonly bytes: Uint8Array };

export function recordBytes(format: CifarFormat): number {
  return format.labelBytes + PIXELS;
}

/** Refuses a file that ends inside a record. */
export function recordCount(format: CifarFormat, path: string, byteCount: number): number {
  if (byteCount % recordBytes(format) === 0) return byteCount / recordBytes(format);
  throw corrupt(path, `has ${byteCount} bytes, no multiple of the ${recordBytes(format)} of a ${format.name} record`);
}
