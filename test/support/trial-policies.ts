import { z } from 'zod';
import type { PolicyKind } from '#core/policy/policy-kind.ts';
import { commonCosine, neverFreezing } from '#core/policy/schedule.ts';

const atOnceSchema = z.strictObject({
  kind: z.literal('at-once'),
  layers: z.int().min(1).default(2),
  at: z.number().gt(0).lt(1).default(0.5),
});

/** Freezes so many layers at one moment of the run: a policy that plans, and that only the tests know. */
export const atOnce: PolicyKind<'at-once', typeof atOnceSchema> = {
  kind: 'at-once',
  title: 'At once',
  sentence: 'Freezes some layers at one moment.',
  schema: atOnceSchema,
  fields: [
    { key: 'layers', label: 'Layers', hint: 'that freeze', type: 'number' },
    {
      ...{ key: 'at', label: 'Moment', hint: 'share of the run', type: 'number' },
      column: { title: 'moment', format: 'number' },
    },
  ],
  sharedMethods: 'At most one moment is a freeze.',
  armName: ({ layers, at }) => `${layers} at ${at}`,
  labels: ({ layers, at }) => ({ variant: `${layers} at once`, t0: `t0 = ${at}` }),
  methods: ({ layers, at }) => `The first ${layers} layers freeze at ${at} S.`,
  plan: ({ layers, at }, { layerNames, learningRate, steps }) => {
    const freezeSteps = layerNames.map((_, layer) => (layer < layers ? at * steps : steps));
    return commonCosine({ freezeSteps, learningRate, steps });
  },
};

const restlessSchema = z.strictObject({
  kind: z.literal('restless'),
  every: z.int().min(1).default(15),
  eager: z.boolean().default(true),
});

const keptSchema = z.object({
  losses: z.array(z.number().nullable()).default([]),
  restless: z.array(z.number()).default([]),
});

/** Freezes a layer at every decision after the first epoch, and remembers what it saw: a policy that decides, for the tests. */
export const restless: PolicyKind<'restless', typeof restlessSchema, z.infer<typeof keptSchema>> = {
  kind: 'restless',
  title: 'Restless',
  sentence: 'Freezes layer after layer while it trains.',
  schema: restlessSchema,
  fields: [
    { key: 'every', label: 'Every', hint: 'steps between two decisions', type: 'number' },
    { key: 'eager', label: 'Eager', hint: 'freezes at all', type: 'flag' },
  ],
  armName: ({ every }) => `restless every ${every}`,
  methods: ({ every }) => `A layer freezes every ${every} steps.`,
  plan: (_policy, context) => neverFreezing(context),
  decisions: {
    needs: ['gradientSums', 'loss'],
    kept: keptSchema,
    stepsOf: ({ every }, { steps }) => {
      return new Set(Array.from({ length: Math.ceil(steps / every) - 1 }, (_, index) => (index + 1) * every));
    },
    decide: ({ eager }, kept, { frozenLayers, layerCount, gradientNorms, loss }) => ({
      frozenLayers: eager && loss !== null ? Math.min(frozenLayers + 1, layerCount - 1) : frozenLayers,
      kept: { losses: [...kept.losses, loss], restless: [...kept.restless, Math.max(...(gradientNorms ?? []))] },
    }),
  },
};
