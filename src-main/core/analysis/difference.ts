import { z } from 'zod';
import { measuredNumber } from '#core/numbers.ts';
import { isSettled, testFamily } from './arm-tests.ts';
import { probabilitySchema, seedsNeededSchema } from './compared-arm.ts';
import { LEVEL } from './paired-runs.ts';
import type { RoundedDifferences } from './statistics.ts';
import { mean, pairedInterval } from './statistics.ts';

/** A mean of paired differences, with the evidence that it is not 0. */
export const differenceSchema = z.object({
  mean: measuredNumber,
  /** 95 %, paired Student t; null with one pair. */
  ci: z.tuple([measuredNumber, measuredNumber]).nullable(),
  pairs: z.int().positive(),
  /** Two-sided paired t test against 0; null with fewer than three pairs. */
  p: probabilitySchema.nullable(),
  /** Adjusted over all differences of this kind that are tested together (Holm). */
  holm: probabilitySchema.nullable(),
  seedsNeeded: seedsNeededSchema,
});

export type Difference = z.infer<typeof differenceSchema>;

/** Whether the difference may be claimed to be other than 0. */
export function isShown(difference: Difference | null): boolean {
  return isSettled(difference);
}

/** Tests lists of paired differences of one kind together. Null where a list is empty or has an unknown value. */
export function testedDifferences(lists: readonly RoundedDifferences[]): (Difference | null)[] {
  const tests = testFamily(lists, { alternative: 'two-sided' });
  return lists.map(({ values, rounding }, index) => {
    const center = mean(values);
    if (center === null) return null;
    const { p, holm, seedsNeeded: needed } = tests[index] ?? { p: null, holm: null, seedsNeeded: null };
    const ci = pairedInterval(values, LEVEL, rounding);
    return { mean: center, ci, pairs: values.length, p, holm, seedsNeeded: needed };
  });
}

/** Turns the first minus the second into the second minus the first. */
export function reversed(difference: Difference | null): Difference | null {
  if (difference === null) return null;
  const { mean: center, ci } = difference;
  return { ...difference, mean: -center, ci: ci && [-ci[1], -ci[0]] };
}
