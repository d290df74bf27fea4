import { STANDING_STILL } from '#core/policy/freezeout.ts';
import { cubic, DENSENET, full, mini, miniVgg, SEEDS, SMALL_RESNET, VGG } from './bases.ts';
import type { PresetQuestion, WrittenBase, WrittenStudy } from './preset.ts';

/** Two policies: the authors' default as their paper has it, and the same over `scheduleSteps` as they released it. */
function asReleased(name: string, base: WrittenBase, scheduleSteps: number): WrittenStudy {
  const arms = [cubic(0.8), cubic(0.8, { scheduleSteps })];
  return { name, base, arms, seeds: SEEDS, equalTimeBaseline: false };
}

export const authorsRelease: PresetQuestion = {
  question: 'Does the code that the authors released train as their method is written?',
  small: {
    name: 'authors-release-mini',
    studies: [
      // As in the released code, an epoch has nine tenths of the steps that the schedule counts: 198 of 220.
      asReleased('authors-release-mini, ResNet', mini(SMALL_RESNET, { train: 9_900 }), 5 * 220),
      asReleased('authors-release-mini, VGG', miniVgg({ train: 9_900 }), STANDING_STILL),
    ],
  },
  full: {
    name: 'authors-release',
    studies: [
      asReleased('authors-release, DenseNet', full('cifar100', DENSENET), 100 * 1000),
      asReleased('authors-release, VGG', full('cifar100', VGG), STANDING_STILL),
    ],
  },
};
