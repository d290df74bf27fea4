import type { Comparison } from '#core/analysis/comparison.ts';
import type { RunRecord, StudyRecord } from '#core/records.ts';

/** A run against the baseline's run of the same seed. What is not known is null. */
export interface BaselineDifference {
  readonly baseline: RunRecord;
  /** Share of the baseline's training time that was saved. */
  readonly wall: number | null;
  /** The difference in points of test error. */
  readonly errorDelta: number | null;
  /** Why there is no difference yet. */
  readonly reason: string | null;
}

/** Null for the baseline itself, and where it has no run of that seed. */
export function differenceOf(runId: string, study: StudyRecord, comparison: Comparison): BaselineDifference | null {
  const run = study.runs.find(({ id }) => id === runId);
  const role = study.arms.find(({ name }) => name === run?.arm)?.role;
  if (run === undefined || role === undefined || role === 'baseline') return null;
  const baseline = baselineRun(study, run.seed);
  if (baseline === null) return null;
  const points = comparison.arms.flatMap((arm) => (arm.role === 'baseline' ? [] : arm.points));
  const point = points.find((one) => one.runId === runId);
  if (point !== undefined) return { baseline, wall: point.wall, errorDelta: point.errorDelta, reason: null };
  return { baseline, wall: null, errorDelta: null, reason: reasonOf(run, baseline) };
}

/** The finished one of several. */
function baselineRun({ arms, runs }: StudyRecord, seed: number): RunRecord | null {
  const name = arms.find(({ role }) => role === 'baseline')?.name;
  const found = runs.filter((run) => run.arm === name && run.seed === seed && !run.deleted);
  return found.find(({ status }) => status === 'finished') ?? found.at(-1) ?? null;
}

function reasonOf(run: RunRecord, baseline: RunRecord): string {
  if (run.deleted) return 'A run in the trash is not compared.';
  if (run.status !== 'finished') return `Known once this run has finished: it is ${run.status}.`;
  if (baseline.status !== 'finished') return `Known once the baseline has finished: it is ${baseline.status}.`;
  return 'Another run of this arm and seed is compared.';
}
