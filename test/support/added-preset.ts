import type { PresetQuestion } from '#core/presets/preset.ts';

/** A preset that only tests know, as a module of the program would say it. */
export const addedPreset: PresetQuestion = {
  question: 'Is one epoch enough?',
  small: {
    name: 'one-epoch-mini',
    studies: [
      {
        name: 'one-epoch-mini',
        base: { dataset: 'fashion-mnist', model: { kind: 'densenet-bc', depth: 10, growth: 4 }, epochs: 1 },
        arms: [{ kind: 'freezeout', shape: 'linear', t0: 0.5 }],
        seeds: [1, 2],
      },
    ],
  },
  full: null,
};
