import { badRequest } from '../errors.ts';
import { classOrder, countClasses } from './balanced-order.ts';
import { type ClassGap, classGaps, quotedNames } from './class-gaps.ts';
import type { DatasetContent } from './dataset-content.ts';
import { type FilePart, holdsClassesAtRandom } from './random-order.ts';
import {
  type DataFile,
  FIRST_RULE,
  type PartRange,
  type RequestedSplit,
  type SplitCounts,
  type SplitRule,
  splitCounts,
  splitRanges,
} from './split.ts';

/** What is known of a data set before a run: its sizes, all labels, and a name for each class. */
export type LabelledData = Pick<DatasetContent, 'info' | 'labels'> & { readonly classNames: readonly string[] };

/** What a run takes of its data. */
export interface SplitPlan extends SplitCounts {
  readonly split: SplitRule;
  /** The classes that a part lacks. */
  readonly gaps: readonly ClassGap[];
}

/**
 * The rule that the data decide where a spec says none: the validation split that they bring; else the order of the files, as
 * long as the parts then hold every class as those of files in random order would; else by class.
 */
function decidedRule({ info, labels }: Pick<LabelledData, 'info' | 'labels'>, asked: RequestedSplit): SplitRule {
  if (asked.split !== undefined) return asked.split;
  if (info.validation > 0) return 'given';
  const counts = splitCounts(info, { ...asked, split: FIRST_RULE });
  const ranges = Object.values(splitRanges(info, counts, FIRST_RULE));
  const isRandom = (file: 'training' | 'test') => {
    const parts: FilePart[] = ranges.filter((range) => range.file === file);
    return holdsClassesAtRandom({ labels: labels[file], classes: info.classes, parts });
  };
  return isRandom('training') && isRandom('test') ? FIRST_RULE : 'by-class';
}

/**
 * Decides the rule and counts the classes of each part. Throws a bad request where the counts do not fit the files, or where all
 * images to train on are of one class.
 */
export function planSplit(data: LabelledData, asked: RequestedSplit): SplitPlan {
  const split = decidedRule(data, asked);
  const counts = splitCounts(data.info, { ...asked, split });
  const ranges = splitRanges(data.info, counts, split);
  const held = {
    train: heldBy(data, ranges.train),
    validation: heldBy(data, ranges.validation),
    test: heldBy(data, ranges.test),
  };
  refuseOneClass(held.train, data, split);
  const parts = (['train', 'validation', 'test'] as const).map((part) => ({
    part,
    counts: held[part],
    ofFile: countsOf(data, ranges[part].file),
  }));
  return { ...counts, split, gaps: classGaps(parts, { everywhere: everywhere(data), classNames: data.classNames }) };
}

function countsOf({ labels, info }: LabelledData, file: DataFile): number[] {
  return countClasses(labels[file] ?? new Int32Array(0), info.classes);
}

function heldBy(data: LabelledData, { file, order, start, end }: PartRange): number[] {
  const { classes } = data.info;
  const labels = data.labels[file] ?? new Int32Array(0);
  if (order === 'file') return countClasses(labels.subarray(start, end), classes);
  const places = classOrder(labels, classes).subarray(start, end);
  return countClasses(
    Int32Array.from(places, (place) => labels[place]),
    classes,
  );
}

function everywhere(data: LabelledData): number[] {
  const files = (['training', 'test', 'validation'] as const).map((file) => countsOf(data, file));
  return files[0].map((_, label) => files.reduce((sum, counts) => sum + counts[label], 0));
}

function refuseOneClass(counts: readonly number[], data: LabelledData, split: SplitRule): void {
  const present = counts.flatMap((count, label) => (count > 0 ? [label] : []));
  if (present.length > 1) return;
  const isFilesFault = countsOf(data, 'training').filter((count) => count > 0).length < 2;
  const orElse = split === FIRST_RULE ? 'set "split" to "by-class"' : 'raise "train"';
  throw badRequest(
    `All images to train on are of one class, ${quotedNames(present, data.classNames)}, so there is nothing to tell apart: ${
      isFilesFault ? 'add images of other classes to the training file' : orElse
    }.`,
  );
}
