import { z } from 'zod';
import { MOST_RATE } from '#core/ranges.ts';
import type { OptimizerKind } from './optimizer-kind.ts';
import { LEARNING_RATE_FIELD, SHARED_OPTIMIZER_FIELDS, sharedOptimizerShape } from './optimizer-kind.ts';

const beta = z.number().min(0).lt(1);

const adamWSchema = z.strictObject({
  kind: z.literal('adamw'),
  learningRate: z.number().positive().max(MOST_RATE).default(0.001),
  beta1: beta.default(0.9),
  beta2: beta.default(0.999),
  epsilon: z.number().positive().max(MOST_RATE).default(1e-8),
  weightDecay: z.number().min(0).max(MOST_RATE).default(0.01),
  ...sharedOptimizerShape,
});

/** The names of PyTorch. */
const MOMENTS = ['exp_avg', 'exp_avg_sq'] as const;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), as in `torch.optim.AdamW`; t counts a layer's own updates
 * since it last began to train, this one included.
 *
 *   w <- w - learningRate weightDecay w
 *   m <- beta1 m + (1 - beta1) g;   v <- beta2 v + (1 - beta2) g²
 *   w <- w - learningRate m' / (sqrt(v') + epsilon)   with m' = m / (1 - beta1^t) and v' = v / (1 - beta2^t)
 *
 * The corrections are put into the rate and into epsilon, which are computed in doubles: as single-precision numbers,
 * 1 - beta2^t would lose four of its seven digits.
 */
export const adamW: OptimizerKind<'adamw', typeof adamWSchema> = {
  kind: 'adamw',
  title: 'AdamW',
  schema: adamWSchema,
  fields: [
    LEARNING_RATE_FIELD,
    { key: 'beta1', label: 'Beta 1', hint: 'decay of the mean of the gradients', type: 'number' },
    { key: 'beta2', label: 'Beta 2', hint: 'decay of the mean of their squares', type: 'number' },
    { key: 'epsilon', label: 'Epsilon', hint: 'added to the root of that mean', type: 'number' },
    { key: 'weightDecay', label: 'Weight decay', hint: 'times rate and weight, taken off the weight', type: 'number' },
    ...SHARED_OPTIMIZER_FIELDS,
  ],
  slots: MOMENTS,
  numberCount: 3,
  methods: ({ learningRate, beta1, beta2, epsilon, weightDecay }) =>
    `AdamW with β1 = ${beta1}, β2 = ${beta2}, ε = ${epsilon}, bias corrections that count each layer's own updates, learning rate a = ${learningRate}, decoupled weight decay ${weightDecay} times the rate`,
  numbersOf: ({ beta1, beta2, epsilon, weightDecay }, { learningRate, updates }) => {
    const t = updates + 1;
    // TensorFlow's kernel computes with the single-precision betas.
    const root = Math.sqrt(1 - Math.fround(beta2) ** t);
    const rate = (learningRate * root) / (1 - Math.fround(beta1) ** t);
    return [rate, epsilon * root, learningRate * weightDecay];
  },
  update: ({ beta1, beta2 }, { gradient, numbers, weightDecay }, kernels) => {
    const [rate, epsilon, share] = numbers;
    if (weightDecay > 0) kernels.shrink(share);
    kernels.applyAdam({ moments: MOMENTS, gradient, rate, beta1, beta2, epsilon });
  },
};
