import { z } from 'zod';
import type { ComparedArm, ComparisonPoint } from './compared-arm.ts';
import type { Comparison } from './comparison.ts';
import { differenceSchema, testedDifferences } from './difference.ts';

/** Two policies of one study against each other, the first minus the second, paired by seed. */
export const contrastSchema = z.object({
  arms: z.tuple([z.string(), z.string()]),
  /** Of the test errors, in points; null where no seed has both. */
  error: differenceSchema.nullable(),
  /** Of the saved times, as shares of the baseline's: above 0 where the first saves more; null where no seed has both. */
  time: differenceSchema.nullable(),
});

export type Contrast = z.infer<typeof contrastSchema>;

/** Every pair of policies of a study. Holm's adjustment is over all pairs, of errors and of times apart. */
export function contrastsOf({ arms }: Pick<Comparison, 'arms'>): Contrast[] {
  const pairs = pairsOf(arms.filter((arm) => arm.role === 'policy'));
  const differences = (measure: (point: ComparisonPoint) => number | null) =>
    testedDifferences(pairs.map(([first, second]) => pairedDifferences(first, second, measure)));
  const errors = differences((point) => point.errorDelta);
  const times = differences((point) => point.wall);
  return pairs.map(([first, second], index) => ({
    arms: [first.name, second.name],
    error: errors[index],
    time: times[index],
  }));
}

/** Of the seeds that both arms have: first minus second. Both are measured against the same run of the baseline. */
export function pairedDifferences(
  first: Pick<ComparedArm, 'points'>,
  second: Pick<ComparedArm, 'points'>,
  measure: (point: ComparisonPoint) => number | null,
): (number | null)[] {
  return first.points.flatMap((point) => {
    const partner = second.points.find(({ seed }) => seed === point.seed);
    if (partner === undefined) return [];
    const [one, other] = [measure(point), measure(partner)];
    return [one === null || other === null ? null : one - other];
  });
}

/** Every two of the list, in its order. */
export function pairsOf<Item>(items: readonly Item[]): (readonly [Item, Item])[] {
  return items.flatMap((first, index) => items.slice(index + 1).map((second) => [first, second] as const));
}
