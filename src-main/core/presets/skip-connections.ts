import { cubic, full, mini, miniVgg, SEEDS, SMALL_RESNET, VGG, WIDE_RESNET } from './bases.ts';
import type { PresetQuestion } from './preset.ts';

const SMALL_RESNET_WITHOUT_SKIPS = { ...SMALL_RESNET, skip: false };

export const skipConnections: PresetQuestion = {
  question: 'Does freezing cost more in a network without skip connections?',
  small: {
    name: 'skip-connections-mini',
    studies: [
      { network: 'ResNet', base: mini(SMALL_RESNET) },
      { network: 'ResNet without', base: mini(SMALL_RESNET_WITHOUT_SKIPS) },
      { network: 'VGG', base: miniVgg() },
    ].map(({ network, base }) => ({
      name: `skip-connections-mini, ${network}`,
      base,
      arms: [cubic(0.65)],
      seeds: SEEDS,
      // The cost of freezing in one network is compared with its cost in another, not with training less.
      equalTimeBaseline: false,
    })),
  },
  full: {
    name: 'skip-connections',
    studies: [
      { network: 'Wide ResNet', model: WIDE_RESNET },
      { network: 'Wide ResNet without', model: { ...WIDE_RESNET, skip: false } },
      { network: 'VGG', model: VGG },
    ].map(({ network, model }) => ({
      name: `skip-connections, ${network}`,
      base: full('cifar100', model),
      arms: [cubic(0.8)],
      seeds: SEEDS,
    })),
  },
};
