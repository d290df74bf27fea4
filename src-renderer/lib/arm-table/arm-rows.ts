import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import { UNKNOWN } from '#core/analysis/quantity.ts';
import type { ComparedStudy } from '#core/figure/comparison-arms.ts';
import { shownArms } from '#core/figure/comparison-arms.ts';
import type { FrontPlace } from '#core/figure/comparison-front.ts';
import { frontPlaces, frontShareOf } from '#core/figure/comparison-front.ts';
import type { ComparisonView } from '#core/figure/comparison-view.ts';
import type { StudyRecord } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import { armKey } from '../arm-look.ts';
import { counted } from '../format.ts';
import { countRuns } from '../study-progress.ts';

/** An arm of a study with its numbers, as a table shows it. */
export interface ArmRow {
  readonly key: string;
  readonly study: StudyRecord;
  readonly arm: ComparedArm;
  /** The arm's place among the arms that the plot shows, by the measures of the plot. */
  readonly front: FrontPlace;
  /** The share of resamples in which the arm is on that front; null if the front was not resampled. */
  readonly frontShare: number | null;
  /** How many runs of the arm have each status, without those in the trash. */
  readonly runs: Readonly<Partial<Record<RunStatus, number>>>;
}

export function armRows(studies: readonly ComparedStudy[], view: ComparisonView): readonly ArmRow[] {
  const shown = { studies, view, arms: shownArms(studies, view) };
  const places = frontPlaces(shown.arms, view);
  const fronts = new Map(
    shown.arms.map((one) => [
      armKey(one.studyId, one.arm.name),
      { front: places.get(one) ?? 'unknown', frontShare: frontShareOf(one, shown) } as const,
    ]),
  );
  return studies.flatMap(({ study, comparison }) =>
    comparison.arms.map((arm) => {
      const key = armKey(study.id, arm.name);
      const runs = countRuns(study.runs.filter((run) => run.arm === arm.name));
      return { key, study, arm, runs, ...(fronts.get(key) ?? NOWHERE) };
    }),
  );
}

const NOWHERE = { front: 'unknown', frontShare: null } as const;

/** Whether the row is shown paler, as in the plot: another arm is at least as good in both measures. */
export function isPale({ front, arm }: ArmRow): boolean {
  return front === 'dominated' && arm.role !== 'baseline';
}

/** "658 steps, by profile": what the steps of an equal-time baseline were fixed from. */
export function equalTimeStepsText({ study, arm }: ArmRow): string {
  const { steps, stepsFrom } = study.arms.find(({ name }) => name === arm.name) ?? { steps: null, stepsFrom: null };
  if (steps === null) return UNKNOWN;
  return `${counted(steps, 'step')}, by ${stepsFrom ?? 'compute'}`;
}

/** "3 finished", "1 finished, 1 running". */
export function runsText(runs: ArmRow['runs']): string {
  const parts = Object.entries(runs).map(([status, count]) => `${count} ${status}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
