import { badRequest } from '../errors.ts';
import { classOrder } from './balanced-order.ts';
import { chooseImages, type DataSource, type DatasetInfo, type ImageSet, sliceImages } from './image-set.ts';

/**
 * Where validation images come from, and which images a smaller part takes. `in-order`: the last images of the training file are
 * held out, and parts are the first images of their files. `by-class`: the same, after the images of each file were put in an
 * order in which any first and last ones hold each class in its share. `given`: the validation split that the data bring; smaller
 * parts are taken by class.
 */
export const SPLIT_RULES = ['in-order', 'by-class', 'given'] as const;
export type SplitRule = (typeof SPLIT_RULES)[number];

/** The rule of runs and studies whose specs say none: version 0.1.0 had only this one. */
export const FIRST_RULE: SplitRule = 'in-order';

/** How many images a run trains on, holds out and tests on; absent counts take their defaults. */
export type RequestedCounts = {
  readonly train?: number | undefined;
  readonly validation?: number | undefined;
  readonly test?: number | undefined;
};

/** What a spec says of its parts; without a rule, the data decide. */
export type RequestedSplit = RequestedCounts & { readonly split?: SplitRule | undefined };

export type SplitCounts = { readonly train: number; readonly validation: number; readonly test: number };

export type DataSplit = { readonly train: ImageSet; readonly validation: ImageSet; readonly test: ImageSet };

/** Images in the files of a data set. */
export type FileCounts = Pick<DatasetInfo, 'training' | 'test' | 'validation'>;

/** A file of a data set; `validation` is the split that the data bring. */
export type DataFile = keyof FileCounts;

/** The images of a part: those from `start` to before `end`, of the file as it is or in its order by class. */
export interface PartRange {
  readonly file: DataFile;
  readonly order: 'file' | 'by-class';
  readonly start: number;
  readonly end: number;
}

/** By default a tenth of the training file is held out, at most 5000 images, as the authors do with CIFAR's 50000. */
const MAX_DEFAULT_VALIDATION = 5000;
const DEFAULT_VALIDATION_SHARE = 10;

function checkedCount(name: string, count: number, least: number): number {
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw badRequest(`"${name}" is ${count}; it must be a whole number of at least ${least}.`);
}

/**
 * Fills in the defaults for files of the given sizes: all that the data bring; where they bring no validation split, or it is
 * not to be used, a part of the training file is held out.
 */
export function splitCounts(files: FileCounts, requested: RequestedSplit): SplitCounts {
  const rule = ruleForCounts(files, requested);
  const counts = rule === 'given' ? givenCounts(files, requested) : heldOutCounts(files, requested);
  const test = checkedCount('test', requested.test ?? files.test, 1);
  checkFits('test', test, { holder: 'the test file', count: files.test });
  return { ...counts, test };
}

/** The rule as far as counts depend on it: in order and by class they are the same. */
export function ruleForCounts(files: FileCounts, { split }: RequestedSplit): SplitRule {
  return split ?? (files.validation > 0 ? 'given' : FIRST_RULE);
}

function heldOutCounts(files: FileCounts, requested: RequestedCounts): Omit<SplitCounts, 'test'> {
  const defaultValidation = Math.min(
    MAX_DEFAULT_VALIDATION,
    Math.floor(files.training / DEFAULT_VALIDATION_SHARE),
    Math.max(0, files.training - (requested.train ?? 0)),
  );
  const validation = checkedCount('validation', requested.validation ?? defaultValidation, 0);
  const train = checkedCount('train', requested.train ?? Math.max(1, files.training - validation), 1);
  if (train + validation > files.training) {
    throw badRequest(
      `"train" ${train} and "validation" ${validation} need ${train + validation} images, but the training file has ${files.training}; lower one of them.`,
    );
  }
  return { train, validation };
}

function givenCounts(files: FileCounts, requested: RequestedCounts): Omit<SplitCounts, 'test'> {
  if (files.validation === 0) {
    throw badRequest(
      '"split" is "given", but the data bring no validation split: leave it out, or set it to "by-class".',
    );
  }
  const train = checkedCount('train', requested.train ?? files.training, 1);
  checkFits('train', train, { holder: 'the training file', count: files.training });
  const validation = checkedCount('validation', requested.validation ?? files.validation, 0);
  checkFits('validation', validation, {
    holder: 'the validation split that the data bring',
    count: files.validation,
  });
  return { train, validation };
}

function checkFits(name: string, asked: number, { holder, count }: { holder: string; count: number }): void {
  if (asked > count) throw badRequest(`"${name}" is ${asked}, but ${holder} has ${count} images; lower it.`);
}

/** Which images make up each part. A part that is a whole file keeps that file's order. */
export function splitRanges(
  files: FileCounts,
  counts: SplitCounts,
  rule: SplitRule,
): Record<keyof SplitCounts, PartRange> {
  const range = (file: DataFile, start: number, end: number): PartRange => {
    const isByClass = rule !== 'in-order' && end - start < files[file];
    return { file, order: isByClass ? 'by-class' : 'file', start, end };
  };
  const { training } = files;
  return {
    train: range('training', 0, counts.train),
    validation:
      rule === 'given'
        ? range('validation', 0, counts.validation)
        : range('training', training - counts.validation, training),
    test: range('test', 0, counts.test),
  };
}

/** The parts of a run, without a copy of their pixels: a function of data, rule and counts alone. */
export function splitData(source: DataSource, requested: RequestedSplit & { readonly split: SplitRule }): DataSplit {
  const files = { training: source.training.count, test: source.test.count, validation: source.validation?.count ?? 0 };
  const ranges = splitRanges(files, splitCounts(files, requested), requested.split);
  const orders = new Map<DataFile, Uint32Array>();
  const orderOf = (file: DataFile, { labels, classes }: ImageSet) => {
    const order = orders.get(file) ?? classOrder(labels, classes);
    orders.set(file, order);
    return order;
  };
  const part = ({ file, order, start, end }: PartRange) => {
    // Only a rule that is refused without a validation split asks for images of it.
    const set = source[file] ?? source.training;
    return order === 'file' ? sliceImages(set, start, end) : chooseImages(set, orderOf(file, set).slice(start, end));
  };
  return { train: part(ranges.train), validation: part(ranges.validation), test: part(ranges.test) };
}
