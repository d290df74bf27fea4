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

const WAYS = ['all', 'layer-by-layer'] as const;

const EPOCHS = 'must be a whole number of epochs, 1 or more';
const LIST = 'must be a list of epochs, such as [1]';

/** Freezing begins and ends at steps, which are whole numbers only below 2^53. */
const numberOfEpochs = z.int(EPOCHS).positive(EPOCHS).max(1_000_000);

const unfreezeSchema = z
  .strictObject({
    kind: z.literal('unfreeze'),
    /** Whether all layers begin to train at one time, or one at each time, from the back. */
    how: z.enum(WAYS).default('all'),
    /** After how many epochs layers begin to train: one number for all, or one for each layer, from the back. */
    at: z
      .array(numberOfEpochs, LIST)
      .min(1, 'needs at least one number of epochs')
      .refine((epochs) => epochs.every((epoch, index) => index === 0 || epoch >= epochs[index - 1]), {
        error: 'must not fall: the epochs are in order, from the back layer to the front',
      })
      .optional(),
    /** One layer more begins to train each time this many epochs have passed. */
    every: numberOfEpochs.optional(),
    frozenBatchNorm: frozenBatchNormSchema,
  })
  .refine(({ at, every }) => (at === undefined) !== (every === undefined), {
    error: 'give exactly one of at and every',
    path: ['at'],
  })
  .refine(({ how, every }) => how !== 'all' || every === undefined, {
    error: 'is for layer-by-layer: where all layers begin to train at once, give at',
    path: ['every'],
  })
  .refine(({ how, at = [] }) => how !== 'all' || at.length <= 1, {
    error: 'has several epochs, but all layers begin to train at once: give one, or choose layer-by-layer',
    path: ['at'],
  });

type UnfreezePolicy = z.infer<typeof unfreezeSchema>;

/**
 * The other rule of practice: first the head alone trains, then the layers before it too, all at once (fastai's `fine_tune`,
 * Lightning's `BackboneFinetuning`) or one after another from the back (ULMFiT).
 */
export const unfreeze: PolicyKind<'unfreeze', typeof unfreezeSchema> = {
  kind: 'unfreeze',
  title: 'Unfreeze',
  sentence:
    'Trains the head first; after some epochs the other layers train too, all at once or one by one from the back.',
  schema: unfreezeSchema,
  start: { at: [1] },
  fields: [
    {
      ...{ key: 'how', label: 'How', hint: 'which layers begin to train at each time', type: 'choice', choices: WAYS },
      column: { title: 'unfreeze', format: 'text' },
    },
    {
      ...{ key: 'at', label: 'After epochs', hint: 'one number, or one a layer from the back: 1, 2, 3' },
      ...{ type: 'numbers', isOptional: true },
    },
    {
      ...{ key: 'every', label: 'Every', hint: 'epochs between one layer and the next, in place of a list' },
      ...{ type: 'number', isOptional: true },
    },
    FROZEN_BATCH_NORM_FIELD,
  ],
  armName: (policy) => `unfreeze ${timesName(policy)}${statisticsName(policy)}`,
  labels: (policy) => ({ variant: `unfreeze ${wayName(policy)}${statisticsName(policy)}`, t0: timesName(policy) }),
  methods: (policy) =>
    `All layers but the head are frozen from step 0 on. ${timesText(policy)} A layer that begins to train begins with an empty optimizer state; all layers that train share one cosine over S.${statisticsText(policy)}`,
  movesStatistics,
  plan: unfreezeSchedule,
};

function wayName({ how }: UnfreezePolicy): string {
  return how.replaceAll('-', ' ');
}

function timesName(policy: UnfreezePolicy): string {
  const { at, every } = policy;
  return `${wayName(policy)} ${at === undefined ? `every ${every}` : `after ${at.join(' ')}`}`;
}

function timesText({ how, at, every }: UnfreezePolicy): string {
  if (at === undefined) {
    return `Each time ${countedNoun(every ?? 1, 'epoch')} ${every === 1 ? 'has' : 'have'} passed, the last frozen layer begins to train.`;
  }
  if (how === 'all') return `After ${countedNoun(at[0], 'epoch')} all of them begin to train.`;
  const epochs =
    at.length === 1 ? countedNoun(at[0], 'epoch') : `${at.slice(0, -1).join(', ')} and ${at.at(-1)} epochs`;
  return `After ${epochs} the last layer that is still frozen begins to train${at.length === 1 ? '' : ', one layer for each number'}.`;
}

/** Throws a bad request where more layers would begin to train than there are, or after the run's end. */
function unfreezeSchedule(policy: UnfreezePolicy, context: PolicyContext): Schedule {
  const { layerNames, steps, stepsPerEpoch } = context;
  const head = layerNames.length - 1;
  const epochs = unfreezeEpochs(policy, context);
  return commonCosine({
    ...context,
    freezeSteps: layerNames.map((_, layer) => (layer < head ? 0 : steps)),
    unfreezeSteps: layerNames.map((_, layer) => stepsPerEpoch * (epochs[head - 1 - layer] ?? Number.POSITIVE_INFINITY)),
  });
}

/** After how many epochs each layer begins to train, from the back; shorter than the layers where the front stays frozen. */
function unfreezeEpochs({ how, at, every = 1 }: UnfreezePolicy, context: PolicyContext): number[] {
  const { layerNames, steps, stepsPerEpoch } = context;
  const head = layerNames.length - 1;
  const listed = at ?? Array.from({ length: head }, (_, place) => every * (place + 1));
  const last = at === undefined ? every : (at.at(-1) ?? 0);
  if (listed.length > head) {
    throw badRequest(
      `The policy unfreezes ${listed.length} layers, but the network has only ${freezableText(layerNames)}: give at most ${countedNoun(head, 'epoch')}.`,
    );
  }
  if (last * stepsPerEpoch >= steps) {
    const run = countedNoun(Math.ceil(steps / stepsPerEpoch), 'epoch');
    throw badRequest(
      `Layers would begin to train after ${countedNoun(last, 'epoch')}, but the run has ${run}: choose fewer, or train longer.`,
    );
  }
  return how === 'all' ? layerNames.slice(0, head).map(() => listed[0]) : listed;
}
