import { corrupt } from '../../errors.ts';
import { allocateLabels } from '../image-memory.ts';
import { COUNTED_FROM_ONE, EMNIST_SETS } from './emnist.ts';

/** The number of classes of a spec that does not say one. */
export const USUAL_CLASSES = 10;
const MOST_CLASSES = 256;

export interface StoredLabels {
  readonly path: string;
  readonly values: Int32Array;
}

/** How stored labels become 0 to `classes` - 1. */
export interface LabelRule {
  readonly classes: number;
  /** The stored label of class 0: 1 for EMNIST's letters, else 0. */
  readonly first: 0 | 1;
}

/**
 * The number of classes is what the spec says, or EMNIST's. A spec that says 10, as one that says nothing does, has more where
 * the labels show more and each of them occurs: one wrong label is not taken for a class. Labels begin at 1 where no part
 * has a 0 and the largest is the number of classes.
 */
export function labelRule(parts: readonly StoredLabels[], asked: number, set: string | null): LabelRule {
  const seen = new Set(parts.flatMap(({ values }) => [...new Set(values)]));
  const largest = [...seen].reduce((most, label) => Math.max(most, label), 0);
  const hasZero = seen.has(0);
  const known = set === null ? undefined : EMNIST_SETS[set]?.length;
  const shown = hasZero ? largest + 1 : largest;
  const areAllThere = seen.size === shown && shown <= MOST_CLASSES;
  const more = largest >= USUAL_CLASSES && areAllThere ? shown : USUAL_CLASSES;
  const classes = asked === USUAL_CLASSES ? (known ?? more) : asked;
  const areFromOne = !hasZero && (largest === classes || (set === COUNTED_FROM_ONE && classes === known));
  return { classes, first: areFromOne ? 1 : 0 };
}

/** Labels from 0 on, in shared memory. Refuses the first that no class has. */
export function classLabels({ path, values }: StoredLabels, { classes, first }: LabelRule): Int32Array {
  const labels = allocateLabels(values.length);
  for (const [index, value] of values.entries()) {
    const label = value - first;
    if (label < 0 || label >= classes) throw outOfRange(path, { index, value, classes });
    labels[index] = label;
  }
  return labels;
}

interface WrongLabel {
  readonly index: number;
  readonly value: number;
  readonly classes: number;
}

function outOfRange(path: string, { index, value, classes }: WrongLabel): Error {
  return corrupt(
    path,
    `gives image ${index} the label ${value}, but the labels of ${classes} classes end at ${classes - 1}: if there are more, give their number as "classes" (--classes in the terminal)`,
  );
}
