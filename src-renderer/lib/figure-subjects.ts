import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import { onStudyInputs } from '#core/data/study-inputs.ts';
import type { FigurePoint } from '#core/figure/built-figure.ts';
import type { ComparedStudy } from '#core/figure/comparison-arms.ts';
import { isBaseline } from '#core/policy/policy.ts';
import type { RunRecord, StudyRecord } from '#core/records.ts';
import { isFinal, isOver } from '#core/run.ts';
import type { Route } from './route.ts';

/** Runs on the study's data that have something to draw, arm by arm and seed by seed. */
export function drawableRuns(study: StudyRecord): readonly RunRecord[] {
  const place = new Map(study.arms.map((arm, index) => [arm.name, index]));
  return onStudyInputs<RunRecord, StudyRecord>(study)
    .runs.filter((run) => !run.deleted && (run.epoch > 0 || run.status === 'running'))
    .toSorted((a, b) => (place.get(a.arm ?? '') ?? 0) - (place.get(b.arm ?? '') ?? 0) || a.seed - b.seed);
}

/** Whose freezes are shown first: what trains now, else a run under a policy, else any. */
export function timelineRun(runs: readonly RunRecord[], chosen: string | null): string | null {
  const found =
    runs.find((run) => run.id === chosen) ??
    runs.find((run) => run.status === 'running') ??
    runs.find((run) => !isBaseline(run.spec.policy)) ??
    runs[0];
  return found?.id ?? null;
}

/** "cubic scaled 0.8, seed 2, paused": finished runs go without saying. */
export function runWithStatus({ arm, seed, status }: Pick<RunRecord, 'arm' | 'seed' | 'status'>): string {
  return `${arm ?? 'run'}, seed ${seed}${status === 'finished' ? '' : `, ${status}`}`;
}

/** Whether a point other than the origin is there. */
export function hasPoints({ arms }: Comparison): boolean {
  return arms.some((arm) => arm.role !== 'baseline' && arm.points.length > 0);
}

/** What a plot without a point waits for. */
export function firstPointText({ seeds, arms, runs }: StudyRecord): string {
  const [seed = 1] = seeds;
  const live = runs.filter((run) => !run.deleted);
  const wait = `The first point appears when the baseline of seed ${seed} and an arm have finished.`;
  if (live.some((run) => !isOver(run.status))) return wait;
  if (!arms.some((arm) => arm.role === 'policy'))
    return 'The study has a baseline only: add an arm to compare it with.';
  const settled = live.filter((run) => isFinal(run.status)).length;
  if (settled >= arms.length * seeds.length)
    return 'No seed has finished both in the baseline and in an arm: duplicate the study with a lower learning rate.';
  return `${wait} Nothing trains now: choose "Train what is missing".`;
}

/** Whether a highlight, the name of an arm or the id of a run, is about this arm. */
export function isAbout(highlight: string | null, arm: ComparedArm, runs: readonly RunRecord[]): boolean {
  if (highlight === null) return false;
  return highlight === arm.name || runs.some((run) => run.id === highlight && run.arm === arm.name);
}

/** Where a click on a point leads: a seed's is a run, an arm's mean its runs side by side; null for the rest. */
export function pointRoute(
  { runId, arm, studyId }: FigurePoint,
  studies: readonly ComparedStudy[],
): Exclude<Route, { readonly view: 'unknown' }> | null {
  const study = studies.find((one) => studyId === undefined || one.study.id === studyId);
  const points = study?.comparison.arms.find(({ name }) => name === arm)?.points ?? [];
  const [id, ...others] = runId === undefined ? points.map((point) => point.runId) : [runId];
  if (id === undefined) return null;
  return others.length === 0 ? { view: 'run', id } : { view: 'compare-runs', ids: [id, ...others] };
}
