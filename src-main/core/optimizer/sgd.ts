import { z } from 'zod';
import { MOST_RATE } from '#core/ranges.ts';
import type { OptimizerKind } from './optimizer-kind.ts';
import { LEARNING_RATE_FIELD, SHARED_OPTIMIZER_FIELDS, sharedOptimizerShape } from './optimizer-kind.ts';

const sgdSchema = z.strictObject({
  kind: z.literal('sgd').optional(),
  learningRate: z.number().positive().max(MOST_RATE).default(0.1),
  momentum: z.number().min(0).lt(1).default(0.9),
  nesterov: z.boolean().default(true),
  weightDecay: z.number().min(0).max(MOST_RATE).default(0.0001),
  ...sharedOptimizerShape,
});

const VELOCITY = 'momentum';

/**
 * SGD with (Nesterov) momentum and weight decay, as in `torch.optim.SGD` with a dampening of 0.
 *
 *   g <- gradient + weightDecay w
 *   v <- momentum v + g
 *   w <- w - learningRate (g + momentum v)        without Nesterov's look-ahead: w - learningRate v
 */
export const sgd: OptimizerKind<'sgd', typeof sgdSchema> = {
  kind: 'sgd',
  title: 'SGD',
  schema: sgdSchema,
  fields: [
    LEARNING_RATE_FIELD,
    { key: 'momentum', label: 'Momentum', hint: 'share of the last step that goes on', type: 'number' },
    { key: 'weightDecay', label: 'Weight decay', hint: 'times the weight, added to its gradient', type: 'number' },
    { key: 'nesterov', label: 'Nesterov momentum', hint: 'looks one step of the momentum ahead', type: 'flag' },
    ...SHARED_OPTIMIZER_FIELDS,
  ],
  slots: [VELOCITY],
  numberCount: 1,
  methods: ({ learningRate, momentum, nesterov, weightDecay }) =>
    `SGD with ${nesterov ? 'Nesterov ' : ''}momentum ${momentum}, learning rate a = ${learningRate}, weight decay ${weightDecay} added to the gradient`,
  numbersOf: (_, { learningRate }) => [learningRate],
  update: ({ momentum, nesterov }, { weight, gradient, numbers, weightDecay }, kernels) => {
    const decayed = weightDecay === 0 ? gradient : kernels.addScaled(gradient, weightDecay, weight);
    kernels.applyMomentum({ velocity: VELOCITY, gradient: decayed, rate: numbers[0], momentum, nesterov });
  },
};
