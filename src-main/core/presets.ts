import { badRequest } from './errors.ts';
import type { StudySpec } from './study.ts';
import { parseStudySpec } from './study.ts';

/** Studies that come with the program, as their spec files would say them. */
const PRESETS = {
  /** Sized by measurement to train in under five minutes on two CPU cores. */
  quick: {
    name: 'quick',
    base: {
      dataset: 'fashion-mnist',
      train: 10_000,
      validation: 1_000,
      test: 10_000,
      model: { kind: 'densenet-bc', depth: 10, growth: 16 },
      epochs: 4,
      batchSize: 50,
      augment: 'none',
    },
    arms: [
      { kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true },
      { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true },
      { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false },
    ],
    seeds: [1],
  },
} as const satisfies Record<string, unknown>;

export const PRESET_NAMES = Object.keys(PRESETS);

/** Throws a bad request where there is no such preset. */
export function presetStudy(name: string): StudySpec {
  const preset = Object.entries(PRESETS).find(([known]) => known === name)?.[1];
  if (preset === undefined) {
    throw badRequest(`There is no preset "${name}": choose one of ${PRESET_NAMES.join(', ')}.`);
  }
  return parseStudySpec(preset);
}
