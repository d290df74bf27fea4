import type { EvaluatedSplit, Predictions } from '#core/classes/predictions.ts';
import { randomStream } from '#core/random.ts';

export interface DrawnPredictions {
  readonly classNames: readonly string[];
  /** Images of each class. */
  readonly images: number;
  readonly seed: number;
  /** Chance of an error of a class, by its index. */
  readonly errorOf: (index: number) => number;
  readonly split?: EvaluatedSplit;
}

/** Predictions as a network might make them: a class is mostly taken for one of the two next to it, else for any. */
export function drawnPredictions({ classNames, images, seed, errorOf, split = 'test' }: DrawnPredictions): Predictions {
  const draws = randomStream(seed, 'synthetic', classNames.length);
  const classes = classNames.length;
  const wrongClass = (label: number) => {
    const place = draws.nextUniform();
    if (place < 0.4) return (label + 1) % classes;
    if (place < 0.6) return (label + 2) % classes;
    return (label + 1 + Math.floor(draws.nextUniform() * (classes - 1))) % classes;
  };
  const predicted = classNames.map((_, label) => {
    const row: Record<string, number> = {};
    for (let image = 0; image < images; image++) {
      const index = draws.nextUniform() < errorOf(label) ? wrongClass(label) : label;
      row[index] = (row[index] ?? 0) + 1;
    }
    return row;
  });
  const topFiveErrors = Math.floor(0.02 * images * classes);
  return { split, classNames: [...classNames], images: classNames.map(() => images), predicted, topFiveErrors };
}
