import { LONGEST_STUDY_NAME } from '#core/study.ts';
import { cubic, mini, SEEDS, SMALL_RESNET } from './bases.ts';
import { FINE_TUNING_MARGIN, fineTuningBase, fineTuningName } from './fine-tuning.ts';
import type { PresetQuestion, WrittenBase, WrittenPolicy } from './preset.ts';

/** A quarter, half and three quarters of the layers before the head, and all of them. */
const DEPTHS: readonly WrittenPolicy[] = [0.25, 0.5, 0.75, 1].map((share) => ({ kind: 'fixed', share }));

/** After a third of the epochs all layers train. */
function unfreezing(epochs: number): WrittenPolicy {
  return { kind: 'unfreeze', how: 'all', at: [Math.max(1, Math.round(epochs / 3))] };
}

/** The policies that are compared: the depths of practice, FreezeOut, and the head first. */
function depthPolicies({ epochs }: Pick<WrittenBase, 'epochs'>): WrittenPolicy[] {
  // One epoch has no room for a head that trains first.
  const headFirst = epochs > 1 ? [unfreezing(epochs)] : [];
  return [...DEPTHS, cubic(0.5), cubic(0.8), ...headFirst];
}

const MINI: WrittenBase = mini(SMALL_RESNET, { train: 3_000, test: 5_000, epochs: 5 });

export const howManyLayers: PresetQuestion = {
  question: 'How many layers can be frozen from the start, and what does that save and cost?',
  small: {
    name: 'how-many-layers-mini',
    studies: [
      {
        name: 'how-many-layers-mini',
        // Its layers are drawn, not pretrained: it shows what freezing saves and that layers which know nothing cost when they are frozen.
        base: MINI,
        arms: depthPolicies(MINI),
        seeds: SEEDS,
      },
    ],
  },
  full: null,
  chosen: {
    name: 'how-many-layers',
    studyOf(choice) {
      const base = fineTuningBase(choice);
      return {
        name: `how-many-layers, ${fineTuningName(choice, base)}`.slice(0, LONGEST_STUDY_NAME),
        ...{ base, arms: depthPolicies(base), seeds: SEEDS, margin: FINE_TUNING_MARGIN },
      };
    },
  },
};
