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

/** A question, and the studies that answer it. */
export interface Preset {
  readonly question: string;
  readonly studies: readonly StudySpec[];
}

export const presets: Readonly<Record<string, Preset>> = {
  quick: {
    question: 'Does freezing layers save training time on a small DenseNet, and what does it cost in accuracy?',
    studies: [parseStudySpec(PRESETS.quick)],
  },
};

export const PRESET_NAMES = Object.keys(PRESETS);

/** Throws a bad request where there is no such preset. */
export function presetStudies(name: string): readonly StudySpec[] {
  if (!Object.hasOwn(presets, name)) {
    throw badRequest(`There is no preset "${name}": choose one of ${PRESET_NAMES.join(', ')}.`);
  }
  return presets[name].studies;
}

/** Of a preset with one study. Throws a bad request where there is no such preset. */
export function presetStudy(name: string): StudySpec {
  return presetStudies(name)[0];
}
