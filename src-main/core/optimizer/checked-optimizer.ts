import { badRequest } from '#core/errors.ts';
import { isSingle } from '#core/single-precision.ts';
import type { Optimizer } from './optimizer.ts';
import { optimizerKindOf } from './optimizer.ts';

/**
 * Throws a bad request where a number that follows from those of the optimizer at the first update of a layer is not finite in the
 * single precision of training.
 */
export function checkOptimizer(optimizer: Optimizer, initialLearningRates: readonly number[]): void {
  const { title, numbersOf } = optimizerKindOf(optimizer);
  const areFinite = initialLearningRates.every((learningRate) =>
    numbersOf(optimizer, { learningRate, updates: 0 }).every(isSingle),
  );
  if (areFinite) return;
  throw badRequest(
    `The first update of ${title} would have a number that is not finite: choose betas further below 1, a lower learning rate or less weight decay.`,
  );
}
