import { badRequest } from '../errors.ts';
import { type DataSource, type ImageSet, sliceImages } from './image-set.ts';

/** How many images a run trains on, holds out and tests on; absent counts take their defaults. */
export type RequestedCounts = {
  readonly train?: number | undefined;
  readonly validation?: number | undefined;
  readonly test?: number | undefined;
};

export type SplitCounts = { readonly train: number; readonly validation: number; readonly test: number };

export type DataSplit = { readonly train: ImageSet; readonly validation: ImageSet; readonly test: ImageSet };

/** By default a tenth of the training file is held out, at most 5000 images, as the authors do with CIFAR's 50000. */
const MAX_DEFAULT_VALIDATION = 5000;
const DEFAULT_VALIDATION_SHARE = 10;

function checkedCount(name: string, count: number, least: number): number {
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw badRequest(`"${name}" is ${count}; it must be a whole number of at least ${least}.`);
}

/** Fills in the defaults for files of the given sizes: train = all minus validation, test = all. */
export function splitCounts(fileCounts: { training: number; test: number }, requested: RequestedCounts): SplitCounts {
  const defaultValidation = Math.min(
    MAX_DEFAULT_VALIDATION,
    Math.floor(fileCounts.training / DEFAULT_VALIDATION_SHARE),
    Math.max(0, fileCounts.training - (requested.train ?? 0)),
  );
  const validation = checkedCount('validation', requested.validation ?? defaultValidation, 0);
  const train = checkedCount('train', requested.train ?? Math.max(1, fileCounts.training - validation), 1);
  const test = checkedCount('test', requested.test ?? fileCounts.test, 1);
  if (train + validation > fileCounts.training) {
    throw badRequest(
      `"train" ${train} and "validation" ${validation} need ${train + validation} images, but the training file has ${fileCounts.training}; lower one of them.`,
    );
  }
  if (test > fileCounts.test) {
    throw badRequest(`"test" is ${test}, but the test file has ${fileCounts.test} images; lower it.`);
  }
  return { train, validation, test };
}

/** Trains on the first `train` images of the training file, and holds out its last `validation` images. */
export function splitData(source: DataSource, requested: RequestedCounts): DataSplit {
  const fileCounts = { training: source.training.count, test: source.test.count };
  const counts = splitCounts(fileCounts, requested);
  return {
    train: sliceImages(source.training, 0, counts.train),
    validation: sliceImages(source.training, fileCounts.training - counts.validation, fileCounts.training),
    test: sliceImages(source.test, 0, counts.test),
  };
}
