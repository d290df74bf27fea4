import type { PageClient } from '#contract/client.ts';
import { isBaseline } from '#core/policy/policy.ts';
import type { StudySpec } from '#core/study.ts';
import type { Route } from '../lib/route.ts';
import { studyOfRun } from '../lib/study-draft.ts';

/** Where a duplicated spec comes from. */
export type DraftOrigin = NonNullable<Extract<Route, { readonly view: 'new-study' }>['from']>;

/** A study as the spec of another one, or a run as a study of its own. Throws 'not-found'. */
export function copyOf({ kind, id }: DraftOrigin, api: PageClient): Promise<StudySpec> {
  return kind === 'study' ? copyOfStudy(id, api) : copyOfRun(id, api);
}

async function copyOfStudy(id: string, api: PageClient): Promise<StudySpec> {
  const { name, base, arms, seeds, equalTimeBaseline, margin } = await api.studies.show({ study: id });
  const policies = arms.map((arm) => arm.policy).filter((policy) => !isBaseline(policy));
  return { name: `copy of ${name}`, base, arms: policies, seeds: [...seeds], equalTimeBaseline, margin };
}

async function copyOfRun(id: string, api: PageClient): Promise<StudySpec> {
  const { spec, arm, studyName } = await api.runs.show({ run: id });
  const place = studyName === null ? `run ${id}` : `${studyName}, ${arm}, seed ${spec.seed}`;
  return studyOfRun(`copy of ${place}`, spec);
}
