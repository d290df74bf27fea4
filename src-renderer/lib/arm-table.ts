import { UNKNOWN } from '#core/analysis/quantity.ts';
import type { ComparedStudy } from '#core/figure/comparison-arms.ts';
import { shownArms } from '#core/figure/comparison-arms.ts';
import { frontPlaces, frontShareOf } from '#core/figure/comparison-front.ts';
import type { ComparisonView } from '#core/figure/comparison-view.ts';
import type { ArmRow } from './arm-columns.ts';
import { ARM_COLUMNS } from './arm-columns.ts';
import { armKey } from './arm-look.ts';
import { counted } from './format.ts';
import { countRuns } from './study-progress.ts';

export interface ArmSort {
  readonly column: string;
  readonly isDescending: boolean;
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

/** Whether it is shown paler, as in the plot: another arm is at least as good in both. */
export function isPale({ front, arm }: ArmRow): boolean {
  return front === 'dominated' && arm.role !== 'baseline';
}

/** In the study's own order without a sort; an equal-time arm always stands under its policy arm. */
export function sortedArmRows(rows: readonly ArmRow[], sort: ArmSort | null): readonly ArmRow[] {
  const column = ARM_COLUMNS.find(({ id }) => id === sort?.column);
  if (sort === null || column === undefined) return rows;
  const isFollower = ({ study, arm }: ArmRow) => rows.some((row) => row.study === study && row.arm.name === arm.of);
  const followers = (head: ArmRow) => rows.filter((row) => row.study === head.study && row.arm.of === head.arm.name);
  const heads = rows.filter((row) => !isFollower(row));
  const ordered = heads.toSorted((a, b) => compareValues(column.value(a), column.value(b), sort.isDescending));
  return ordered.flatMap((head) => [head, ...followers(head)]);
}

/** What is unknown comes last in both directions. */
function compareValues(a: number | null, b: number | null, isDescending: boolean): number {
  const [left, right] = [a ?? Number.NaN, b ?? Number.NaN];
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return isDescending ? right - left : left - right;
}

/** The next sort when a column's title is pressed: down, up, and back to the study's order. */
export function nextSort(sort: ArmSort | null, column: string): ArmSort | null {
  if (sort?.column !== column) return { column, isDescending: true };
  return sort.isDescending ? { column, isDescending: false } : null;
}

/** "658 steps, by profile": what the steps of an equal-time baseline were fixed from. */
export function equalTimeSteps({ study, arm }: ArmRow): string {
  const { steps, stepsFrom } = study.arms.find(({ name }) => name === arm.name) ?? { steps: null, stepsFrom: null };
  if (steps === null) return UNKNOWN;
  return `${counted(steps, 'step')}, by ${stepsFrom ?? 'compute'}`;
}

/** "3 finished", "1 finished, 1 running". */
export function runsText(runs: ArmRow['runs']): string {
  const parts = Object.entries(runs).map(([status, count]) => `${count} ${status}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
