import { badRequest } from '#core/errors.ts';
import { networkName } from '#core/figure/labels.ts';
import { armsOf, parseStudySpec, type StudySpec } from '#core/study.ts';
import type { FineTuningChoice, WrittenPreset } from './preset.ts';
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

const CHOSEN = PRESET_QUESTIONS.flatMap(({ question, chosen }) =>
  chosen === undefined ? [] : [{ question, ...chosen }],
);

/** The presets that are about data and weights which a person chooses, with their questions. */
export const CHOSEN_PRESETS = CHOSEN.map(({ name, question }) => ({ name, question }));

/** The study of a preset about these data and weights. Throws a bad request where the preset has data of its own. */
export function chosenStudy(name: string, choice: FineTuningChoice): StudySpec {
  const preset = CHOSEN.find((one) => one.name === name);
  if (preset === undefined)
    throw badRequest(`The preset "${name}" has data of its own: leave --dataset and --weights out.`);
  return parseStudySpec(preset.studyOf(choice));
}

/** Throws a bad request where there is no such preset, or where it is about data that are to be chosen. */
export function presetStudies(name: string): readonly StudySpec[] {
  if (CHOSEN.some((one) => one.name === name)) {
    throw badRequest(`The preset "${name}" is about your data: give --dataset and --weights, or try ${name}-mini.`);
  }
  if (!Object.hasOwn(presets, name)) {
    throw badRequest(
      `There is no preset "${name}": choose one of ${[...PRESET_NAMES, ...CHOSEN.map((one) => one.name)].join(', ')}.`,
    );
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
