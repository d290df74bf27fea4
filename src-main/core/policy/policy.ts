import { z } from 'zod';
import { freezeOutName, freezeOutSchedule, freezeOutSchema } from './freezeout.ts';
import { gradientNormName, gradientNormSchema } from './gradient-norm.ts';
import type { PolicyContext } from './policy-context.ts';
import { randomTimesName, randomTimesSchedule, randomTimesSchema } from './random-times.ts';
import type { Schedule } from './schedule.ts';
import { commonCosine } from './schedule.ts';
import { stepwiseName, stepwiseSchedule, stepwiseSchema } from './stepwise.ts';

/** The rule that says when each layer freezes and at which rate it trains until then. */
export const policySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  freezeOutSchema,
  stepwiseSchema,
  gradientNormSchema,
  randomTimesSchema,
]);

export type Policy = z.infer<typeof policySchema>;

export const BASELINE: Policy = { kind: 'none' };

/** Whether a policy decides while it trains: its schedule then plans no freeze. */
export function isAdaptive(policy: Policy): boolean {
  return policy.kind === 'gradient-norm';
}

/** What a policy plans for a run. Throws a bad request where it does not fit into the run. */
export function scheduleOf(policy: Policy, context: PolicyContext): Schedule {
  switch (policy.kind) {
    case 'freezeout':
      return freezeOutSchedule(policy, context);
    case 'stepwise':
      return stepwiseSchedule(policy, context);
    case 'random-times':
      return randomTimesSchedule(policy, context);
    case 'gradient-norm':
    case 'none':
      return unfrozenSchedule(context);
  }
}

function unfrozenSchedule({ layerCount, learningRate, steps }: PolicyContext): Schedule {
  const never = Array.from({ length: layerCount }, () => Number.POSITIVE_INFINITY);
  return commonCosine({ freezeSteps: never, learningRate, steps });
}

/** What an arm under this policy is called: "cubic scaled 0.8". */
export function policyName(policy: Policy): string {
  switch (policy.kind) {
    case 'none':
      return 'baseline';
    case 'freezeout':
      return freezeOutName(policy);
    case 'stepwise':
      return stepwiseName(policy);
    case 'gradient-norm':
      return gradientNormName(policy);
    case 'random-times':
      return randomTimesName(policy);
  }
}
