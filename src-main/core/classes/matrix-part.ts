import { classErrors, confusions } from './class-errors.ts';
import type { Predictions } from './predictions.ts';

/** A matrix of more classes than this is drawn in part. */
const MOST_WHOLE_CLASSES = 50;
/** Classes of a matrix that is drawn in part, in addition to the others taken together. */
const MOST_SHOWN_CLASSES = 29;

/** One row and column of a drawn matrix: a class, or the other classes taken together. */
export interface MatrixGroup {
  readonly name: string;
  /** Indices of its classes. */
  readonly members: readonly number[];
}

/** Images of one group that were predicted to be of another, or of the same one. */
export interface MatrixCell {
  readonly row: number;
  readonly column: number;
  readonly count: number;
  /** count / images of the row */
  readonly share: number;
  /** Whether the images were classified right: all of them on the diagonal, apart from that of the other classes. */
  readonly isRight: boolean;
}

export interface MatrixPart {
  readonly groups: readonly MatrixGroup[];
  /** Number of classes that are taken together; 0 where every class has its own row. */
  readonly others: number;
  /** The cells that are not empty. */
  readonly cells: readonly MatrixCell[];
}

/**
 * The matrix as it is drawn: whole up to 50 classes; beyond, the 29 that are most often part of a confusion, as the true or the
 * predicted class, and one group of all others.
 */
export function matrixPart(predictions: Predictions): MatrixPart {
  const { classNames } = predictions;
  const shown = classNames.length <= MOST_WHOLE_CLASSES ? null : mostConfused(predictions);
  const own = classNames.flatMap((name, index) =>
    shown === null || shown.has(index) ? [{ name, members: [index] }] : [],
  );
  const others = classNames.flatMap((_, index) => (shown === null || shown.has(index) ? [] : [index]));
  const rest = others.length === 0 ? [] : [{ name: `${others.length} others`, members: others }];
  const groups = [...own, ...rest];
  return { groups, others: others.length, cells: cellsOf(groups, predictions) };
}

function mostConfused(predictions: Predictions): ReadonlySet<number> {
  const counts = predictions.classNames.map(() => 0);
  for (const { label, predicted, count } of confusions(predictions)) {
    counts[label] += count;
    counts[predicted] += count;
  }
  const order = counts.map((_, index) => index).sort((one, other) => counts[other] - counts[one] || one - other);
  return new Set(order.slice(0, MOST_SHOWN_CLASSES));
}

function cellsOf(groups: readonly MatrixGroup[], predictions: Predictions): MatrixCell[] {
  const placeOf = new Map(groups.flatMap(({ members }, place) => members.map((index) => [index, place] as const)));
  const imagesOf = groups.map(({ members }) => members.reduce((sum, index) => sum + predictions.images[index], 0));
  const counts = new Map<string, Omit<MatrixCell, 'share'>>();
  const add = (label: number, predicted: number, count: number) => {
    const [row, column] = [placeOf.get(label) ?? 0, placeOf.get(predicted) ?? 0];
    const isRight = label === predicted;
    const key = `${row} ${column} ${isRight}`;
    counts.set(key, { row, column, isRight, count: (counts.get(key)?.count ?? 0) + count });
  };
  for (const { label, predicted, count } of confusions(predictions)) add(label, predicted, count);
  for (const { index, images, errors } of classErrors(predictions))
    if (images > errors) add(index, index, images - errors);
  return [...counts.values()].map((cell) => ({ ...cell, share: cell.count / imagesOf[cell.row] }));
}
