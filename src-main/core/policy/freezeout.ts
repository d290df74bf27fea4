import { z } from 'zod';
import { badRequest } from '#core/errors.ts';
import type { PolicyContext } from './policy-context.ts';
import type { Schedule } from './schedule.ts';
import { createSchedule, curveRatios, shapeRatios } from './schedule.ts';

const t0 = z.number().gt(0, 'must be above 0 and at most 1').max(1, 'must be above 0 and at most 1');

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

const kind = z.literal('freezeout');

const shared = {
  scaled: z.boolean().default(true),
  /** S of the schedule where it is not the run's own number of steps: the authors' 1,000 an epoch, for replication. */
  scheduleSteps: z.int().positive().optional(),
  /** Epochs in which all rates rise linearly from 0; the schedule begins after them, over the steps that are left. */
  warmupEpochs: z.int().positive().optional(),
};

/** FreezeOut (Brock et al. 2017): each layer's rate follows a cosine down to zero at its own time, then the layer freezes. */
export const freezeOutSchema = z.discriminatedUnion('shape', [
  z.strictObject({ kind, shape: z.enum(['linear', 'squared', 'cubic']), t0: t0.default(0.8), ...shared }),
  z.strictObject({ kind, shape: z.literal('curve'), points, ...shared }),
]);

export type FreezeOutPolicy = z.infer<typeof freezeOutSchema>;

/**
 * `scheduleSteps` of a schedule that stands still: every rate stays where it starts, to the last bit, and no layer freezes.
 * The authors' released VGG behaves so, since its code never counts its steps (vgg.py of ajbrock/FreezeOut).
 */
export const STANDING_STILL = Number.MAX_SAFE_INTEGER;

/** Throws a bad request where the warm-up leaves no step to the schedule. */
export function freezeOutSchedule(policy: FreezeOutPolicy, context: PolicyContext): Schedule {
  const { layerCount, learningRate, steps, stepsPerEpoch } = context;
  const { scaled, scheduleSteps, warmupEpochs = 0 } = policy;
  const warmupSteps = warmupEpochs * stepsPerEpoch;
  if (warmupSteps >= steps) {
    throw badRequest(`${warmupEpochs} epochs of warm-up are the whole run: give it more epochs, or less warm-up.`);
  }
  const ratios =
    policy.shape === 'curve'
      ? curveRatios(policy.points, layerCount)
      : shapeRatios(policy.shape, policy.t0, layerCount);
  return createSchedule({
    ...{ ratios, learningRate, scaled, steps, warmupSteps },
    scheduleSteps: scheduleSteps ?? steps - warmupSteps,
  });
}

export function freezeOutName(policy: FreezeOutPolicy): string {
  const { shape, scaled, scheduleSteps, warmupEpochs } = policy;
  const rates = scaled ? 'scaled' : 'plain';
  const place = policy.shape === 'curve' ? policy.points.map((point) => point.join(':')).join(' ') : policy.t0;
  const warmup = warmupEpochs === undefined ? '' : ` after ${warmupEpochs} of warm-up`;
  return `${shape} ${rates} ${place}${stepsName(scheduleSteps)}${warmup}`;
}

function stepsName(scheduleSteps: number | undefined): string {
  if (scheduleSteps === undefined) return '';
  return scheduleSteps === STANDING_STILL ? ' standing still' : ` over ${scheduleSteps} steps`;
}
