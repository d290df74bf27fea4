import { isBaseline } from '#core/policy/policy.ts';
import type { StudyRecord } from '#core/records.ts';
import type { StudySpec } from '#core/study.ts';

/** A file that `lab study` reads: the spec of one study, or of several. */
export type RepeatSpec = StudySpec | { readonly studies: readonly StudySpec[] };

/** The spec that repeats these studies, or goes on with them in a home that has them. */
export function repeatSpec(studies: readonly StudyRecord[]): RepeatSpec {
  const specs = studies.map(studySpecOf);
  return specs.length === 1 ? specs[0] : { studies: specs };
}

/** The spec that starts the study with all its present seeds and policies. */
export function studySpecOf({ name, base, arms, seeds, equalTimeBaseline, margin }: StudyRecord): StudySpec {
  const policies = arms.flatMap(({ role, policy }) => (role === 'policy' && !isBaseline(policy) ? [policy] : []));
  return { name, base, arms: policies, seeds: [...seeds], equalTimeBaseline, margin };
}
