import { z } from 'zod';
import { countedNoun } from '#core/analysis/quantity.ts';
import { epochNumber } from '#core/ranges.ts';

/** When a run ends before its last epoch, and which weights are tested. */
export const earlyEndSchema = z.strictObject({
  /** The epochs without a validation error below the least so far after which the run ends. */
  patience: epochNumber,
  /** `best`: those of the epoch with the least validation error, the first of equals, wherever the run ends. */
  weights: z.enum(['best', 'last']).default('best'),
});

export type EarlyEndRule = z.infer<typeof earlyEndSchema>;

/** The epoch with the least validation error so far, for a run that ends early. */
export interface BestEpoch {
  readonly epoch: number;
  readonly error: number;
}

/** Whether a run of which so many epochs are done ends here. */
export function isEndDue(rule: EarlyEndRule | undefined, best: BestEpoch | null, epochsDone: number): boolean {
  return rule !== undefined && best !== null && epochsDone - best.epoch >= rule.patience;
}

/** The best epoch after one more; the first of equals. */
export function betterEpoch(best: BestEpoch | null, next: BestEpoch): BestEpoch {
  return best === null || next.error < best.error ? next : best;
}

/** Why a finished run has not trained all of its epochs. */
export function earlyEndReason(epochsDone: number, epochs: number, { epoch }: BestEpoch): string {
  const place = `after epoch ${epochsDone} of ${epochs}`;
  return `Ended early ${place}: no epoch after epoch ${epoch} had a lower validation error.`;
}

/** "after 5 epochs without a lower validation error, with the weights of the best epoch" */
export function earlyEndText({ patience, weights }: EarlyEndRule): string {
  return `after ${countedNoun(patience, 'epoch')} without a lower validation error, with the weights of the ${weights} epoch`;
}
