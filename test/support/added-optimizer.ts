import { z } from 'zod';
import type { OptimizerKind } from '#core/optimizer/optimizer-kind.ts';
import { LEARNING_RATE_FIELD, SHARED_OPTIMIZER_FIELDS, sharedOptimizerShape } from '#core/optimizer/optimizer-kind.ts';

const schema = z.strictObject({
  kind: z.literal('heavy-ball'),
  learningRate: z.number().positive().default(0.2),
  drag: z.number().min(0).lt(1).default(0.8),
  weightDecay: z.number().min(0).default(0),
  ...sharedOptimizerShape,
});

/**
 * An optimizer that only tests know, as a module of the program would say it: v <- drag v + g; w <- w - share w - learningRate v,
 * with the share as a second number that each step feeds.
 */
export const heavyBall: OptimizerKind<'heavy-ball', typeof schema> = {
  kind: 'heavy-ball',
  title: 'Heavy ball',
  schema,
  fields: [
    LEARNING_RATE_FIELD,
    { key: 'drag', label: 'Drag', hint: 'share of the last step that goes on', type: 'number' },
    ...SHARED_OPTIMIZER_FIELDS,
  ],
  slots: ['pull'],
  numberCount: 2,
  methods: ({ learningRate, drag }) => `a heavy ball with drag ${drag}, learning rate a = ${learningRate}`,
  numbersOf: ({ weightDecay }, { learningRate }) => [learningRate, learningRate * weightDecay],
  update: ({ drag }, { gradient, numbers }, kernels) => {
    const [rate, share] = numbers;
    kernels.shrink(share);
    kernels.applyMomentum({ velocity: 'pull', gradient, rate, momentum: drag, nesterov: false });
  },
};
