import { z } from 'zod';
import type { PolicyContext } from './policy-context.ts';
import type { PolicyKind } from './policy-kind.ts';
import { complementText } from './policy-words.ts';
import type { Schedule } from './schedule.ts';
import { commonCosine } from './schedule.ts';

const stepwiseSchema = z.strictObject({
  kind: z.literal('stepwise'),
  /** Share of the run before the first layer can freeze. */
  start: z.number().min(0).lt(1, 'must be at least 0 and below 1').default(0.5),
  /** Share of the layers before the head that are frozen at the run's end. */
  level: z.number().gt(0, 'must be above 0 and at most 1').max(1, 'must be above 0 and at most 1').default(1),
});

type StepwisePolicy = z.infer<typeof stepwiseSchema>;

/**
 * The rule of MosaicML Composer's `LayerFreezing`: at the end of each epoch a growing share of the layers freezes, at whatever
 * rate they then have. The defaults are Composer's. There are two deviations. Layers are ours, in the order of the forward pass;
 * Composer counts single modules in the order of ownership. Frozen layers run in evaluation mode; Composer's batch norms keep
 * updating their statistics.
 */
export const stepwise: PolicyKind<'stepwise', typeof stepwiseSchema> = {
  kind: 'stepwise',
  title: 'Stepwise',
  sentence:
    'Freezes more layers at the end of each epoch, in equal steps, and does not change the learning rates, as MosaicML’s Composer does.',
  schema: stepwiseSchema,
  fields: [
    { key: 'start', label: 'Start', hint: 'share of the run before the first freeze', type: 'number' },
    { key: 'level', label: 'Level', hint: 'share of the layers that are frozen at the end', type: 'number' },
  ],
  armName: ({ start, level }) => `stepwise ${start} to ${level}`,
  methods: ({ start, level }) =>
    `After epoch e of E, floor(${level} max(0, (e/E - ${start}) / ${complementText(start)}) N) layers are frozen, at whatever rate they then have; all layers share one cosine over S (after MosaicML Composer's layer freezing, but with our layers, and frozen ones in evaluation mode).`,
  plan: stepwiseSchedule,
};

/** Decimals are not exact in doubles: a whole number of layers on paper must not be rounded below it. */
const ROUNDING = 1e-9;

/** After epoch e of E, floor(level max(0, (e/E - start) / (1 - start)) N) layers are frozen, N being the head's index. */
export function frozenAfterEpoch({ start, level }: StepwisePolicy, elapsed: number, head: number): number {
  const share = level * Math.max(0, (elapsed - start) / (1 - start));
  return Math.floor(share * head + ROUNDING);
}

function stepwiseSchedule(policy: StepwisePolicy, context: PolicyContext): Schedule {
  const { layerNames, steps, stepsPerEpoch } = context;
  const head = layerNames.length - 1;
  const freezeSteps = new Array<number>(layerNames.length).fill(Number.POSITIVE_INFINITY);
  for (let step = stepsPerEpoch; step < steps; step += stepsPerEpoch) {
    const frozen = frozenAfterEpoch(policy, step / steps, head);
    for (let layer = 0; layer < frozen; layer++) freezeSteps[layer] = Math.min(freezeSteps[layer], step);
  }
  return commonCosine({ ...context, freezeSteps });
}
