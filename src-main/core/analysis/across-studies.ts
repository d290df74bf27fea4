import { z } from 'zod';
import { isSamePolicy } from '#core/policy/policy.ts';
import type { ComparedArm } from './compared-arm.ts';
import type { Comparison } from './comparison.ts';
import { pairedDifferences, pairsOf } from './contrasts.ts';
import { differenceSchema, testedDifferences } from './difference.ts';

/** One policy in two studies, the first minus the second, paired by seed: does freezing cost more here than there? */
export const acrossSchema = z.object({
  studies: z.tuple([z.string(), z.string()]),
  arm: z.string(),
  /** Difference of the error deltas, in points; null where the arms share no measured seed. */
  errorDelta: differenceSchema.nullable(),
  /** Difference of the relative error increases, a fraction; null where the arms share no measured seed, or one is unknown. */
  relativeErrorIncrease: differenceSchema.nullable(),
  /** Difference of the saved times, each a share of its own baseline's. */
  time: differenceSchema.nullable(),
});

export type AcrossStudies = z.infer<typeof acrossSchema>;

interface SharedArm {
  readonly studies: readonly [string, string];
  readonly first: ComparedArm;
  readonly second: ComparedArm;
}

/**
 * Every policy that two studies share under one name, for every two studies. The differences of a kind are tested together. Each arm is measured
 * against its own baseline first, so networks whose errors differ anyway can still be compared.
 */
export function acrossStudies(comparisons: readonly Pick<Comparison, 'studyId' | 'arms'>[]): AcrossStudies[] {
  const shared = pairsOf(comparisons).flatMap(([first, second]) => sharedArms(first, second));
  const differences = (measure: keyof ComparedArm['rounding']) =>
    testedDifferences(shared.map(({ first, second }) => pairedDifferences(first, second, measure)));
  const errors = differences('errorDelta');
  const relatives = differences('relativeErrorIncrease');
  const times = differences('wall');
  return shared.map(({ studies, first }, index) => ({
    studies: [...studies],
    arm: first.name,
    errorDelta: errors[index],
    relativeErrorIncrease: relatives[index],
    time: times[index],
  }));
}

function sharedArms(
  one: Pick<Comparison, 'studyId' | 'arms'>,
  other: Pick<Comparison, 'studyId' | 'arms'>,
): SharedArm[] {
  const policies = one.arms.filter((arm) => arm.role === 'policy');
  return policies.flatMap((first) => {
    const second = other.arms.find(
      (arm) => arm.role === 'policy' && arm.name === first.name && isSamePolicy(arm.policy, first.policy),
    );
    return second === undefined ? [] : [{ studies: [one.studyId, other.studyId], first, second }];
  });
}
