import { z } from 'zod';
import { countedNoun, wholeNumber } from '#core/analysis/quantity.ts';
import { badRequest } from '#core/errors.ts';
import { stringKey } from '#core/random.ts';
import { epochNumber } from '#core/ranges.ts';
import type { PolicyContext } from './policy-context.ts';
import type { PolicyKind, PolicySpec } from './policy-kind.ts';
import { COSINE_OF_EACH_LAYER, complementText, startRateText } from './policy-words.ts';
import type { CurvePoint, Schedule } from './schedule.ts';
import { createSchedule, curveRatios, shapeRatios } from './schedule.ts';
import { checkWarmUp } from './warm-up.ts';

export const startTimeSchema = z
  .number()
  .gt(0, 'must be above 0 and at most 1')
  .max(1, 'must be above 0 and at most 1');

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

/** Characters of a curve's name: it stands in legends and tables. */
export const LONGEST_CURVE_NAME = 40;

const shared = {
  scaled: z.boolean().default(true),
  /**
   * S of the schedule where it differs from the run's own number of steps: the authors' 1,000 per epoch, for
   * replication.
   */
  scheduleSteps: z.int().positive().optional(),
  /** Epochs in which all rates rise linearly from 0; the schedule begins after them, over the steps that are left. */
  warmupEpochs: epochNumber.optional(),
};

export const freezeOutSchema = z.discriminatedUnion('shape', [
  z.strictObject({ kind, shape: z.enum(['linear', 'squared', 'cubic']), t0: startTimeSchema.default(0.8), ...shared }),
  z.strictObject({
    ...{ kind, shape: z.literal('curve'), points },
    /** What its arm is called everywhere; without one, it is described in a few words. */
    name: z.string().trim().min(1).max(LONGEST_CURVE_NAME).optional(),
    ...shared,
  }),
]);

export type FreezeOutPolicy = z.infer<typeof freezeOutSchema>;

/** FreezeOut (Brock et al. 2017): each layer's rate follows a cosine down to zero at its own time, then the layer freezes. */
export const freezeOut: PolicyKind<'freezeout', typeof freezeOutSchema> = {
  kind: 'freezeout',
  title: 'FreezeOut',
  sentence: 'Lets each layer’s learning rate fall to zero at its own time, front to back, and then freezes the layer.',
  schema: freezeOutSchema,
  fields: [
    {
      ...{ key: 'shape', label: 'Shape', hint: 'how the freeze times grow with depth', type: 'choice' },
      choices: ['linear', 'squared', 'cubic', 'curve'],
      column: { title: 'shape', format: 'text' },
    },
    {
      ...{ key: 't0', label: 't0', hint: 'when the first layer freezes, before the shape applies', type: 'number' },
      column: { title: 't0', format: 'number' },
    },
    {
      ...{
        key: 'scaled',
        label: 'Scaled learning rates (a / r)',
        hint: 'otherwise all layers start at the same rate',
        type: 'flag',
      },
      column: { title: 'scaled', format: 'flag' },
    },
  ],
  sharedMethods: COSINE_OF_EACH_LAYER,
  armName: freezeOutName,
  labels: (policy) =>
    policy.shape === 'curve'
      ? { variant: freezeOutName(policy), t0: 'own curve' }
      : { variant: `${policy.shape} ${policy.scaled ? 'scaled' : 'plain'}`, t0: `t0 = ${policy.t0}` },
  methods: freezeOutMethods,
  plan: freezeOutSchedule,
};

export function isFreezeOut(policy: PolicySpec): policy is FreezeOutPolicy {
  return policy.kind === freezeOut.kind;
}

/**
 * The `scheduleSteps` of a schedule that stands still: every rate keeps its start value to the last bit, and no layer freezes.
 * The authors' released VGG behaves so, since its code never counts its steps (vgg.py of ajbrock/FreezeOut).
 */
export const STANDING_STILL = Number.MAX_SAFE_INTEGER;

/** Throws a bad request where the warm-up leaves no step for the schedule. */
function freezeOutSchedule(policy: FreezeOutPolicy, context: PolicyContext): Schedule {
  const { layerNames, learningRate, steps, stepsPerEpoch } = context;
  const { scaled, scheduleSteps, warmupEpochs = 0 } = policy;
  const ofAll = context.warmupSteps ?? 0;
  if (warmupEpochs > 0 && ofAll > 0) {
    throw badRequest('Both the run and its policy have warmupEpochs: leave one of them out.');
  }
  const warmupSteps = warmupEpochs * stepsPerEpoch + ofAll;
  checkWarmUp(warmupSteps / stepsPerEpoch, steps / stepsPerEpoch);
  const ratios =
    policy.shape === 'curve'
      ? curveRatios(policy.points, layerNames.length)
      : shapeRatios(policy.shape, policy.t0, layerNames.length);
  return createSchedule({
    ...{ ratios, learningRate, scaled, steps, warmupSteps },
    scheduleSteps: scheduleSteps ?? steps - warmupSteps,
  });
}

function freezeOutName(policy: FreezeOutPolicy): string {
  const { shape, scaled, scheduleSteps, warmupEpochs } = policy;
  if (policy.shape === 'curve' && policy.name !== undefined) return policy.name;
  const rates = scaled ? 'scaled' : 'plain';
  const place = policy.shape === 'curve' ? curveWords(policy.points) : policy.t0;
  const warmup = warmupEpochs === undefined ? '' : ` after ${warmupEpochs} of warm-up`;
  return `${shape} ${rates} ${place}${stepsName(scheduleSteps)}${warmup}`;
}

/** "from 0.2 (k3x9qa)": where its first layer freezes, and a sign of its own, since many curves begin there. */
function curveWords(points: readonly CurvePoint[]): string {
  const sign = stringKey(points.map((point) => point.join(':')).join(' ')).toString(36);
  return `from ${points[0]?.[1]} (${sign})`;
}

function stepsName(scheduleSteps: number | undefined): string {
  if (scheduleSteps === undefined) return '';
  return scheduleSteps === STANDING_STILL ? ' standing still' : ` over ${scheduleSteps} steps`;
}

const SHAPE_FORMULAS = { linear: 'x_i', squared: 'x_i²', cubic: 'x_i³' } as const;

function freezeOutMethods(policy: FreezeOutPolicy): string {
  const ratios =
    policy.shape === 'curve'
      ? `r_i is read off the piecewise-linear curve through ${policy.points.map(([x, r]) => `(${x}, ${r})`).join(', ')} at i/N`
      : `r_i = ${SHAPE_FORMULAS[policy.shape]} with x_i = ${policy.t0} + ${complementText(policy.t0)} i/N`;
  const name = policy.shape === 'curve' ? `curve “${freezeOutName(policy)}”` : policy.shape;
  const text = `FreezeOut, ${name}: ${ratios}; ${startRateText(policy.scaled)}.`;
  return [text, ...lengthTexts(policy.scheduleSteps), ...warmupTexts(policy.warmupEpochs)].join(' ');
}

function lengthTexts(scheduleSteps: number | undefined): string[] {
  if (scheduleSteps === undefined) return [];
  if (scheduleSteps === STANDING_STILL)
    return ['The schedule stands still: rates stay where they start, no layer freezes.'];
  return [`In t_i, ${wholeNumber(scheduleSteps)} steps stand for S, whatever the length of the run.`];
}

function warmupTexts(epochs: number | undefined): string[] {
  if (epochs === undefined) return [];
  return [
    `The rates rise linearly from 0 for ${countedNoun(epochs, 'epoch')} first; the schedule begins after them, over the steps that are left.`,
  ];
}
