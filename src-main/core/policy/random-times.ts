import { z } from 'zod';
import { randomStream } from '#core/random.ts';
import { seedNumber } from '#core/ranges.ts';
import type { PolicyContext } from './policy-context.ts';
import type { PolicyKind } from './policy-kind.ts';
import { COSINE_OF_EACH_LAYER, startRateText } from './policy-words.ts';
import type { Schedule } from './schedule.ts';
import { createSchedule } from './schedule.ts';

const randomTimesSchema = z.strictObject({
  kind: z.literal('random-times'),
  /** Seed of the times, not of the run: all seeds of an arm freeze at the same times. */
  draw: seedNumber.default(1),
  /** The times are drawn between this share of the run and its end. */
  earliest: z.number().gt(0, 'must be above 0 and below 1').lt(1, 'must be above 0 and below 1').default(0.5),
  scaled: z.boolean().default(false),
});

type RandomTimesPolicy = z.infer<typeof randomTimesSchema>;

/**
 * A control: freeze times that no rule chose. They are N uniform draws, sorted, so that layers still freeze front to back; rates
 * and freezes follow from them as in FreezeOut. A schedule whose shape matters has to beat this.
 */
export const randomTimes: PolicyKind<'random-times', typeof randomTimesSchema> = {
  kind: 'random-times',
  title: 'Random times',
  sentence: 'Freezes the layers front to back at random times: a control that a meaningful schedule should beat.',
  schema: randomTimesSchema,
  fields: [
    { key: 'draw', label: 'Draw', hint: 'another number draws other times', type: 'number' },
    { key: 'earliest', label: 'Earliest', hint: 'share of the run before which no layer freezes', type: 'number' },
    {
      key: 'scaled',
      label: 'Scaled learning rates (a / r)',
      hint: 'a layer that freezes early starts at a higher rate',
      type: 'flag',
      column: { title: 'scaled', format: 'flag' },
    },
  ],
  sharedMethods: COSINE_OF_EACH_LAYER,
  armName: ({ draw, earliest, scaled }) => `random ${draw} ${scaled ? 'scaled' : 'plain'} from ${earliest}`,
  methods: ({ draw, earliest, scaled }) =>
    `A control: N times t_i / S are drawn uniformly from [${earliest}, 1) by the seed ${draw} (the same in every run) and sorted; ${startRateText(scaled)}.`,
  plan: randomTimesSchedule,
};

/** r_i of all layers; that of the head is 1. */
export function randomRatios({ draw, earliest }: RandomTimesPolicy, layerCount: number): number[] {
  const stream = randomStream(draw, 'random-times', 0);
  const times = Array.from({ length: layerCount - 1 }, () => earliest + (1 - earliest) * stream.nextUniform());
  return [...times.sort((a, b) => a - b), 1];
}

function randomTimesSchedule(policy: RandomTimesPolicy, context: PolicyContext): Schedule {
  const { layerNames, learningRate, steps, warmupSteps = 0 } = context;
  const ratios = randomRatios(policy, layerNames.length);
  const { scaled } = policy;
  return createSchedule({ ratios, learningRate, scaled, scheduleSteps: steps - warmupSteps, steps, warmupSteps });
}
