import { z } from 'zod';
import { countedNoun } from '#core/analysis/quantity.ts';
import { badRequest } from '#core/errors.ts';
import {
  FROZEN_BATCH_NORM_FIELD,
  frozenBatchNormSchema,
  movesStatistics,
  statisticsName,
  statisticsText,
} from './frozen-batch-norm.ts';
import type { PolicyContext } from './policy-context.ts';
import type { PolicyKind } from './policy-kind.ts';
import { freezableText } from './policy-words.ts';
import type { Schedule } from './schedule.ts';
import { commonCosine } from './schedule.ts';

const WHOLE = 'must be a whole number of layers, 1 or more: the policy "none" freezes no layer';
const SHARES = 'must be above 0 and at most 1';

const fixedSchema = z
  .strictObject({
    kind: z.literal('fixed'),
    /** The number of frozen layers, from the first on. */
    layers: z.int(WHOLE).positive(WHOLE).optional(),
    /** Their share of the layers before the head. */
    share: z.number().gt(0, SHARES).max(1, SHARES).optional(),
    /** The name, or how it begins, of the first layer that trains. */
    until: z.string().min(1).optional(),
    frozenBatchNorm: frozenBatchNormSchema,
  })
  .refine(({ layers, share, until }) => [layers, share, until].filter((value) => value !== undefined).length === 1, {
    error: 'give exactly one of layers, share and until',
    path: ['layers'],
  });

type FixedPolicy = z.infer<typeof fixedSchema>;

/** The rule of practice: the first layers are frozen from the start and never train (`freeze` of YOLO, `trainable` of Keras). */
export const fixed: PolicyKind<'fixed', typeof fixedSchema> = {
  kind: 'fixed',
  title: 'Fixed',
  sentence:
    'Freezes the first layers from the start, and never trains them: the usual way to fine-tune a pretrained network.',
  schema: fixedSchema,
  start: { share: 0.5 },
  fields: [
    {
      ...{ key: 'layers', label: 'Layers', hint: 'the number of frozen layers; or give a share, or until' },
      ...{ type: 'number', isOptional: true },
    },
    {
      ...{ key: 'share', label: 'Share', hint: 'of the layers before the head, to the nearest layer' },
      ...{ type: 'number', isOptional: true },
    },
    {
      ...{ key: 'until', label: 'Until', hint: 'the first layer that trains, or how its name begins' },
      ...{ type: 'text', isOptional: true },
    },
    FROZEN_BATCH_NORM_FIELD,
  ],
  isConstant: true,
  armName: (policy) => `fixed ${extentName(policy)}${statisticsName(policy)}`,
  labels: (policy) => ({ variant: `fixed${statisticsName(policy)}`, t0: extentName(policy) }),
  methods: (policy) =>
    `${extentText(policy)} frozen from step 0 on, so that they never train; all other layers share one cosine over S.${statisticsText(policy)}`,
  movesStatistics,
  plan: fixedSchedule,
};

function extentName({ layers, share, until }: FixedPolicy): string {
  if (until !== undefined) return `until ${until}`;
  return layers === undefined ? String(share) : countedNoun(layers, 'layer');
}

function extentText({ layers, share, until }: FixedPolicy): string {
  if (until !== undefined) return `All layers before the first one whose name begins with “${until}” are`;
  if (layers === undefined) return `The first round(${share} N) layers are`;
  return layers === 1 ? 'The first layer is' : `The first ${layers} layers are`;
}

/** Throws a bad request where the network does not have these layers before its head. */
function fixedSchedule(policy: FixedPolicy, context: PolicyContext): Schedule {
  const { layerNames, steps } = context;
  const frozenLayers = frozenFromStart(policy, layerNames);
  const freezeSteps = layerNames.map((_, layer) => (layer < frozenLayers ? 0 : steps));
  return commonCosine({ ...context, freezeSteps });
}

function frozenFromStart({ layers, share = 0, until }: FixedPolicy, layerNames: readonly string[]): number {
  const head = layerNames.length - 1;
  if (until !== undefined) return layersBefore(until, layerNames);
  if (layers === undefined) {
    const rounded = Math.round(share * head);
    if (rounded > 0) return rounded;
    throw badRequest(`A share of ${share} freezes none of the ${freezableText(layerNames)}: choose a larger share.`);
  }
  if (layers <= head) return layers;
  const advice = head === 1 ? 'freeze 1' : `freeze ${head} or fewer`;
  throw badRequest(
    `The policy freezes ${layers} layers, but the network has only ${freezableText(layerNames)}: ${advice}.`,
  );
}

function layersBefore(until: string, layerNames: readonly string[]): number {
  const first = layerNames.findIndex((name) => beginsWith(name, until));
  if (first > 0) return first;
  if (first === 0) {
    throw badRequest(`No layer lies before “${until}”, so nothing would be frozen: choose a later layer.`);
  }
  throw badRequest(`No layer’s name begins with “${until}”: the layers are ${layerNames.join(', ')}.`);
}

/** A number is not cut in two: “features.2” is not how “features.20” begins. */
function beginsWith(name: string, start: string): boolean {
  const cutsNumber = /\d$/.test(start) && /^\d/.test(name.slice(start.length));
  return name.startsWith(start) && !cutsNumber;
}
