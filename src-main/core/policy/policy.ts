import { z } from 'zod';
import type { Schedule } from './schedule.ts';
import { baselineRatios, createSchedule, curveRatios, shapeRatios } from './schedule.ts';

const t0 = z.number().gt(0, 'must be above 0 and at most 1').max(1, 'must be above 0 and at most 1');
const scaled = z.boolean().default(true);
const scheduleSteps = z.int().positive().optional();

const points = z
  .array(z.tuple([z.number().min(0).max(1), z.number().gt(0).max(1)]))
  .min(2, 'needs at least two points')
  .refine((all) => all[0]?.[0] === 0, 'must begin at x = 0')
  .refine((all) => all.at(-1)?.[0] === 1 && all.at(-1)?.[1] === 1, 'must end at [1, 1]')
  .refine(
    (all) =>
      all.every((point, index) => index === 0 || (point[0] > all[index - 1][0] && point[1] >= all[index - 1][1])),
    'must rise in x, and never fall in r, since layers freeze front to back',
  );

const namedFreezeOut = z.strictObject({
  kind: z.literal('freezeout'),
  shape: z.enum(['linear', 'squared', 'cubic']),
  t0: t0.default(0.8),
  scaled,
  /** S of the schedule where it is not the run's own number of steps: the authors' 1,000 an epoch, for replication. */
  scheduleSteps,
});

const drawnFreezeOut = z.strictObject({
  kind: z.literal('freezeout'),
  shape: z.literal('curve'),
  points,
  scaled,
  scheduleSteps,
});

const noPolicy = z.strictObject({ kind: z.literal('none') });

/** The rule that says when each layer freezes and at which rate it trains until then. */
export const policySchema = z.discriminatedUnion('kind', [
  noPolicy,
  z.discriminatedUnion('shape', [namedFreezeOut, drawnFreezeOut]),
]);

export type Policy = z.infer<typeof policySchema>;

export const BASELINE: Policy = { kind: 'none' };

export interface PolicyContext {
  readonly layerCount: number;
  readonly learningRate: number;
  readonly steps: number;
}

/** The schedule of a policy for a network of `layerCount` layers that trains for `steps` steps. */
export function scheduleOf(policy: Policy, { layerCount, learningRate, steps }: PolicyContext): Schedule {
  if (policy.kind === 'none') {
    return createSchedule({
      ratios: baselineRatios(layerCount),
      learningRate,
      scaled: false,
      scheduleSteps: steps,
      steps,
    });
  }
  const ratios =
    policy.shape === 'curve'
      ? curveRatios(policy.points, layerCount)
      : shapeRatios(policy.shape, policy.t0, layerCount);
  return createSchedule({
    ratios,
    learningRate,
    scaled: policy.scaled,
    scheduleSteps: policy.scheduleSteps ?? steps,
    steps,
  });
}

/** What an arm under this policy is called: "cubic scaled 0.8". */
export function policyName(policy: Policy): string {
  if (policy.kind === 'none') return 'baseline';
  const rates = policy.scaled ? 'scaled' : 'plain';
  const place = policy.shape === 'curve' ? policy.points.map((point) => point.join(':')).join(' ') : policy.t0;
  const steps = policy.scheduleSteps === undefined ? '' : ` over ${policy.scheduleSteps} steps`;
  return `${policy.shape} ${rates} ${place}${steps}`;
}
