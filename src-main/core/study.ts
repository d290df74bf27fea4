import { z } from 'zod';
import { badRequest } from './errors.ts';
import type { Policy } from './policy/policy.ts';
import { BASELINE, isBaseline, policyName, policySchema } from './policy/policy.ts';
import { seedNumber } from './ranges.ts';
import type { BaseSpec, RunSpec } from './run.ts';
import { baseSpecSchema } from './run.ts';
import { MOST_STUDY_SEEDS } from './seeds.ts';
import { parse } from './validation.ts';

/** Bounds of a study: pages, comparisons, figures and reports read all of its runs. */
const MOST_POLICIES = 1000;
const MOST_RUNS = 10_000;
/** With the baseline, and equal-time arms. */
export const MOST_ARMS = 2 * MOST_POLICIES + 1;

const seeds = z
  .array(seedNumber)
  .min(1, 'needs at least one seed')
  .max(
    MOST_STUDY_SEEDS,
    `has more than ${MOST_STUDY_SEEDS} seeds: each is a run of every arm, and intervals hardly shrink beyond a hundred`,
  )
  .refine((all) => new Set(all).size === all.length, 'names a seed twice');

/** Points of test error that a policy may cost and still count as not worse than the baseline. */
export const studyMargin = z.number().gt(0, 'must be above 0 points').max(100, 'must be at most 100 points');

/** The margin of studies that state none. */
export const DEFAULT_MARGIN = 0.5;

/** Characters of a note, and of a tag, of a run or a study. */
export const LONGEST_NOTE = 10_000;
export const LONGEST_TAG = 64;

/** Characters of a study's name. */
export const LONGEST_STUDY_NAME = 200;

export const studySpecSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(LONGEST_STUDY_NAME)
    .refine((name) => !name.includes('\0'), 'holds the character 0, which no command can name: leave it out'),
  base: baseSpecSchema,
  arms: z
    .array(policySchema)
    .max(MOST_POLICIES, `has more than ${MOST_POLICIES} policies: each comparison, figure and report tells all of them`)
    .refine((all) => !all.some(isBaseline), 'names the baseline, which always runs: leave it out')
    .refine((all) => new Set(all.map(policyName)).size === all.length, 'names a policy twice')
    .refine(hasOwnNames, 'calls a curve as the baseline or another arm is called: give it another name'),
  seeds,
  equalTimeBaseline: z.boolean().default(true),
  /** The margin is fixed with the study: chosen after the runs, it could be chosen by them. */
  margin: studyMargin.default(DEFAULT_MARGIN),
});

/** A base configuration, its policies and its seeds. The baseline always runs. */
export type StudySpec = z.infer<typeof studySpecSchema>;

/** Whether no curve takes the name of the baseline or of an equal-time arm. */
function hasOwnNames(policies: readonly Policy[]): boolean {
  const names = armsOf(policies, true).map(({ name }) => name);
  return new Set(names).size === names.length;
}

/** Throws a bad request where a study with these arms and seeds would have more runs than can be read at once. */
export function checkStudySize(armCount: number, seedCount: number): void {
  const runCount = armCount * seedCount;
  if (armCount <= MOST_ARMS && seedCount <= MOST_STUDY_SEEDS && runCount <= MOST_RUNS) return;
  throw badRequest(
    `The study would have ${runCount} runs (${armCount} arms, ${seedCount} seeds), but a study takes at most ${MOST_RUNS} runs, ${MOST_ARMS} arms and ${MOST_STUDY_SEEDS} seeds, since its pages and reports read all of them: leave some out.`,
  );
}

export const ARM_ROLES = ['baseline', 'policy', 'equal-time'] as const;
export type ArmRole = (typeof ARM_ROLES)[number];

/** The runs of a study that differ only by seed. */
export interface ArmPlan {
  readonly name: string;
  readonly role: ArmRole;
  /** Name of the policy arm whose time an equal-time arm gets; null for the others. */
  readonly of: string | null;
  readonly policy: Policy;
  /** The policy of that arm, whose time an equal-time arm gets; null for the others. */
  readonly ofPolicy: Policy | null;
}

export function parseStudySpec(json: unknown): StudySpec {
  return parse(studySpecSchema, json, 'the study spec');
}

const studyListSchema = z.strictObject({
  studies: z
    .array(studySpecSchema)
    .min(1, 'needs at least one study')
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'names a study twice'),
});

/** One study, or several as `{"studies": [...]}`. Throws a bad request, one sentence. */
export function parseStudySpecs(json: unknown): readonly StudySpec[] {
  const isList = typeof json === 'object' && json !== null && 'studies' in json;
  return isList ? parse(studyListSchema, json, 'the list of studies').studies : [parseStudySpec(json)];
}

/** The name of an equal-time arm, after the policy arm whose time it gets. */
export function equalTimeName(arm: string): string {
  return `${arm}, equal time`;
}

/** The baseline first, then each policy followed by its equal-time arm. */
export function armsOf(policies: readonly Policy[], equalTimeBaseline: boolean): ArmPlan[] {
  const baseline: ArmPlan = {
    name: policyName(BASELINE),
    role: 'baseline',
    of: null,
    policy: BASELINE,
    ofPolicy: null,
  };
  return [baseline, ...policies.flatMap((policy) => policyArms(policy, equalTimeBaseline))];
}

function policyArms(policy: Policy, equalTimeBaseline: boolean): ArmPlan[] {
  const name = policyName(policy);
  const arm: ArmPlan = { name, role: 'policy', of: null, policy, ofPolicy: null };
  if (!equalTimeBaseline) return [arm];
  return [arm, { name: equalTimeName(name), role: 'equal-time', of: name, policy: BASELINE, ofPolicy: policy }];
}

/** The spec of one arm's run at one seed; `steps` is the arm's S', null for epochs x steps per epoch. */
export function runSpecOf(
  base: BaseSpec,
  arm: Pick<ArmPlan, 'policy'>,
  choice: { readonly seed: number; readonly steps: number | null },
): RunSpec {
  const spec = { ...base, policy: arm.policy, seed: choice.seed };
  return choice.steps === null ? spec : { ...spec, steps: choice.steps };
}
