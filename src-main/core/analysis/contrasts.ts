import { z } from 'zod';
import type { ComparedArm } from './compared-arm.ts';
import type { Comparison } from './comparison.ts';
import { differenceSchema, testedDifferences } from './difference.ts';
import type { RoundedDifferences } from './statistics.ts';

/** Two policies of one study against each other, the first minus the second, paired by seed. */
export const contrastSchema = z.object({
  arms: z.tuple([z.string(), z.string()]),
  /** Difference of the test errors, in points; null where no seed has both arms. */
  error: differenceSchema.nullable(),
  /** Difference of the saved times, as shares of the baseline's: above 0 where the first arm saves more; null like `error`. */
  time: differenceSchema.nullable(),
});

export type Contrast = z.infer<typeof contrastSchema>;

/** Every pair of policies of a study. Holm's adjustment runs over all pairs, for errors and times separately. */
export function contrastsOf({ arms }: Pick<Comparison, 'arms'>): Contrast[] {
  const pairs = pairsOf(arms.filter((arm) => arm.role === 'policy'));
  const differences = (measure: keyof ComparedArm['rounding']) =>
    testedDifferences(pairs.map(([first, second]) => pairedDifferences(first, second, measure)));
  const errors = differences('errorDelta');
  const times = differences('wall');
  return pairs.map(([first, second], index) => ({
    arms: [first.name, second.name],
    error: errors[index],
    time: times[index],
  }));
}

/**
 * First minus second, for the seeds that both arms have; a value is null where one of the two numbers is unknown. The roundings add
 * up, also where both arms share a baseline whose rounding cancels out: that errs on the safe side.
 */
export function pairedDifferences(
  first: Pick<ComparedArm, 'points' | 'rounding'>,
  second: Pick<ComparedArm, 'points' | 'rounding'>,
  measure: keyof ComparedArm['rounding'],
): RoundedDifferences {
  const values = first.points.flatMap((point) => {
    const partner = second.points.find(({ seed }) => seed === point.seed);
    if (partner === undefined) return [];
    const [one, other] = [point[measure], partner[measure]];
    return [one === null || other === null ? null : one - other];
  });
  return { values, rounding: Math.hypot(first.rounding[measure], second.rounding[measure]) };
}

/** Every pair of items, in the order of the list. */
export function pairsOf<Item>(items: readonly Item[]): (readonly [Item, Item])[] {
  return items.flatMap((first, index) => items.slice(index + 1).map((second) => [first, second] as const));
}
