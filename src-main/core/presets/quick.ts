import { cubic, linear, PLAIN, SMALL_DENSENET } from './bases.ts';
import type { PresetQuestion } from './preset.ts';

export const quick: PresetQuestion = {
  question: 'Does freezing layers save training time on a small DenseNet, and what does it cost in accuracy?',
  small: {
    name: 'quick',
    studies: [
      {
        name: 'quick',
        // Sized by measurement to train in under five minutes on two CPU cores.
        base: {
          ...{ dataset: 'fashion-mnist', train: 10_000, validation: 1_000, test: 10_000 },
          model: SMALL_DENSENET,
          ...{ epochs: 4, batchSize: 50, augment: 'none' },
        },
        arms: [cubic(0.5), cubic(0.8), linear(0.5, PLAIN)],
        seeds: [1],
      },
    ],
  },
  full: null,
};
