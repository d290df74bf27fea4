import { badRequest } from '#core/errors.ts';
import { isSingle, MOST_SINGLE } from '#core/single-precision.ts';
import type { Optimizer } from './optimizer.ts';
import { optimizerKindOf } from './optimizer.ts';

/**
 * Throws a bad request where a number of the optimizer, or one that follows from it at the first update of a layer, is not finite in
 * the single precision of training.
 */
export function checkOptimizer(optimizer: Optimizer, initialLearningRates: readonly number[]): void {
  for (const [key, value] of Object.entries(optimizer)) {
    if (typeof value !== 'number' || isSingle(value)) continue;
    throw badRequest(
      `"optimizer.${key}" is ${value}, and training holds at most ${MOST_SINGLE}: choose a smaller one.`,
    );
  }
  const { title, numbersOf } = optimizerKindOf(optimizer);
  const areFinite = initialLearningRates.every((learningRate) =>
    numbersOf(optimizer, { learningRate, updates: 0 }).every(isSingle),
  );
  if (areFinite) return;
  throw badRequest(
    `The first update of ${title} would have a number that is not finite: choose betas further below 1, a lower learning rate or less weight decay.`,
  );
}
