import { cubic, DENSENET, full, miniVgg, SEEDS, VGG, WIDE_RESNET } from './bases.ts';
import type { PresetQuestion } from './preset.ts';

export const speedVsAccuracy: PresetQuestion = {
  question: 'How much training time does FreezeOut save as t0 falls, and what does it cost in accuracy?',
  small: {
    name: 'speed-vs-accuracy-mini',
    studies: [
      {
        name: 'speed-vs-accuracy-mini',
        base: miniVgg(),
        arms: [0.5, 0.65, 0.8].map((t0) => cubic(t0)),
        seeds: SEEDS,
      },
    ],
  },
  full: {
    name: 'speed-vs-accuracy',
    studies: (['cifar10', 'cifar100'] as const).flatMap((dataset) =>
      [
        { network: 'DenseNet', model: DENSENET },
        { network: 'Wide ResNet', model: WIDE_RESNET },
        { network: 'VGG', model: VGG },
      ].map(({ network, model }) => ({
        name: `speed-vs-accuracy, ${network}, ${dataset}`,
        base: full(dataset, model),
        arms: [0.5, 0.6, 0.7, 0.8, 0.9].map((t0) => cubic(t0)),
        seeds: SEEDS,
      })),
    ),
  },
};
