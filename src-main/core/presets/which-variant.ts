import { cubic, DENSENET, full, linear, miniVgg, PLAIN, SEEDS } from './bases.ts';
import type { PresetQuestion } from './preset.ts';

/** Both shapes freeze the first layer half-way through the run: 0.8 cubed is 0.512. */
const VARIANTS = [linear(0.5), linear(0.5, PLAIN), cubic(0.8), cubic(0.8, PLAIN)];

export const whichVariant: PresetQuestion = {
  question: 'Which of the four variants is best: linear or cubic, with plain or with scaled learning rates?',
  small: {
    name: 'which-variant-mini',
    studies: [
      {
        name: 'which-variant-mini',
        base: miniVgg(),
        arms: VARIANTS,
        seeds: SEEDS,
        // The variants are compared with each other; speed-vs-accuracy-mini compares the same network with training less.
        equalTimeBaseline: false,
      },
    ],
  },
  full: {
    name: 'which-variant',
    studies: [{ name: 'which-variant', base: full('cifar100', DENSENET), arms: VARIANTS, seeds: SEEDS }],
  },
};
