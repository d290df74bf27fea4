import { badRequest } from '#core/errors.ts';
import { networkName } from '#core/figure/labels.ts';
import { armsOf, parseStudySpec, type StudySpec } from '#core/study.ts';
import type { WrittenPreset } from './preset.ts';
import { PRESET_QUESTIONS } from './questions.ts';

/** A question, and the studies that answer it. */
export interface Preset {
  readonly question: string;
  readonly studies: readonly StudySpec[];
}

type NamedPreset = readonly [name: string, preset: Preset];

function checked(question: string, { name, studies }: WrittenPreset): NamedPreset {
  return [name, { question, studies: studies.map(parseStudySpec) }];
}

const SMALL = PRESET_QUESTIONS.map(({ question, small }) => checked(question, small));
const FULL = PRESET_QUESTIONS.flatMap(({ question, full }) => (full === null ? [] : [checked(question, full)]));
const FULL_NAMES = new Set(FULL.map(([name]) => name));

/** The studies that come with the program, by name, as their spec files would have them; those for small machines come first. */
export const presets: Readonly<Record<string, Preset>> = Object.fromEntries([...SMALL, ...FULL]);

export const PRESET_NAMES = Object.keys(presets);

/** Whether a preset has the authors' size. */
export function needsGpu(name: string): boolean {
  return FULL_NAMES.has(name);
}

/** Throws a bad request where there is no such preset. */
export function presetStudies(name: string): readonly StudySpec[] {
  if (!Object.hasOwn(presets, name)) {
    throw badRequest(`There is no preset "${name}": choose one of ${PRESET_NAMES.join(', ')}.`);
  }
  return presets[name].studies;
}

/** The number of runs of all its studies, and the names of their networks, each once. */
export function presetSize({ studies }: Preset): { readonly runs: number; readonly networks: readonly string[] } {
  const runCounts = studies.map(
    ({ arms, seeds, equalTimeBaseline }) => armsOf(arms, equalTimeBaseline).length * seeds.length,
  );
  return {
    runs: runCounts.reduce((sum, count) => sum + count, 0),
    networks: [...new Set(studies.map(({ base }) => networkName(base.model)))],
  };
}

/** The first study of a preset. Throws a bad request where there is no such preset. */
export function presetStudy(name: string): StudySpec {
  return presetStudies(name)[0];
}
