import type { ComparedArm } from '#core/analysis/comparison.ts';
import { decimal, percent, signedPercent, signedPoints, UNKNOWN } from '#core/analysis/quantity.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import type { ComparedStudy } from '#core/figure/comparison-arms.ts';
import { frontOf, shownArms } from '#core/figure/comparison-arms.ts';
import type { ComparisonView } from '#core/figure/comparison-view.ts';
import type { StudyRecord } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import { armKey } from './arm-look.ts';
import { counted } from './format.ts';
import { countRuns } from './study-progress.ts';

/** An arm of a study with its numbers, as a table shows it. */
export interface ArmRow {
  readonly key: string;
  readonly study: StudyRecord;
  readonly arm: ComparedArm;
  /** Among the arms that the plot shows, by the measures that it shows them in. */
  readonly onFront: boolean;
  /** Runs of the arm that are not in the trash, by status. */
  readonly runs: Readonly<Partial<Record<RunStatus, number>>>;
}

export interface ArmCell {
  readonly text: string;
  /** "12.1 to 22.3", where there is an interval. */
  readonly interval: string | null;
  /** Why the number or its interval is not known; what it means where it is. */
  readonly reason: string;
}

export interface ArmColumn {
  readonly id: string;
  /** What neighbours share stands above them once. */
  readonly group: 'Time saved' | 'Error' | 'Pairs';
  readonly title: string;
  /** What the number is, on hover. */
  readonly meaning: string;
  /** What is sorted by; null where it is not known. */
  value(row: ArmRow): number | null;
  cell(row: ArmRow): ArmCell;
}

export interface ArmSort {
  readonly column: string;
  readonly isDescending: boolean;
}

export function armRows(studies: readonly ComparedStudy[], view: ComparisonView): readonly ArmRow[] {
  const front = new Set(frontOf(shownArms(studies, view)).map(({ studyId, arm }) => armKey(studyId, arm.name)));
  return studies.flatMap(({ study, comparison }) =>
    comparison.arms.map((arm) => {
      const key = armKey(study.id, arm.name);
      const runs = countRuns(study.runs.filter((run) => run.arm === arm.name));
      return { key, study, arm, runs, onFront: front.has(key) };
    }),
  );
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

const NOT_PROFILED = 'Not every finished run has measured its steps at each freeze depth: short and older runs do not.';
const NOT_PAIRED = 'No seed has finished here and in the baseline yet.';

export const ARM_COLUMNS: readonly ArmColumn[] = [
  {
    id: 'wall',
    group: 'Time saved',
    title: 'wall clock',
    meaning: '1 − training time of the arm / of the baseline, mean over pairs of one seed, with the 95 % interval',
    value: ({ arm }) => arm.saved.wall,
    cell: ({ arm }) => estimate(percent(arm.saved.wall), { arm, interval: arm.ci.wall, write: percentNumber }),
  },
  {
    id: 'speedup',
    group: 'Time saved',
    title: 'speedup',
    meaning: '1 / (1 − saved wall clock)',
    value: ({ arm }) => arm.saved.wall,
    cell: ({ arm }) => known(speedup(arm.saved.wall), NOT_PAIRED),
  },
  {
    id: 'profile',
    group: 'Time saved',
    title: 'profile',
    meaning: 'From step times measured at each freeze depth before the first step, mean over the finished runs',
    value: ({ arm }) => arm.saved.profile,
    cell: ({ arm }) =>
      arm.saved.profile === null
        ? known(UNKNOWN, NOT_PROFILED)
        : estimate(percent(arm.saved.profile), { arm, interval: arm.ci.profile, write: percentNumber }),
  },
  {
    id: 'compute',
    group: 'Time saved',
    title: 'compute',
    meaning: 'Predicted from multiply-adds',
    value: ({ arm }) => arm.saved.compute,
    cell: ({ arm }) => known(percent(arm.saved.compute), ''),
  },
  {
    id: 'testError',
    group: 'Error',
    title: 'test',
    meaning: 'Of the final weights, mean over the finished runs',
    value: ({ arm }) => arm.testError,
    cell: ({ arm }) => known(percent(arm.testError, 2), 'No run of this arm has finished yet.'),
  },
  {
    id: 'errorDelta',
    group: 'Error',
    title: 'delta, points',
    meaning: '100 × (test error of the arm − of the baseline), mean over pairs of one seed, with the 95 % interval',
    value: ({ arm }) => arm.errorDelta,
    cell: ({ arm }) =>
      estimate(signedPoints(arm.errorDelta), { arm, interval: arm.ci.errorDelta, write: signedPoints }),
  },
  {
    id: 'relative',
    group: 'Error',
    title: 'relative',
    meaning: 'Error delta / test error of the baseline, mean over pairs of one seed, with the 95 % interval',
    value: ({ arm }) => arm.relativeErrorIncrease,
    cell: ({ arm }) =>
      estimate(signedPercent(arm.relativeErrorIncrease), {
        arm,
        interval: arm.ci.relativeErrorIncrease,
        write: percentNumber,
      }),
  },
  {
    id: 'n',
    group: 'Pairs',
    title: 'n',
    meaning: 'Pairs: seeds that finished here and in the baseline',
    value: ({ arm }) => arm.points.length,
    cell: ({ arm }) => known(String(arm.points.length), ''),
  },
];

interface Estimate {
  readonly arm: ComparedArm;
  readonly interval: Interval | null;
  readonly write: (end: number) => string;
}

/** The baseline is compared with itself: its zero has no interval. */
function estimate(text: string, { arm, interval, write }: Estimate): ArmCell {
  if (text === UNKNOWN)
    return known(text, arm.points.length === 0 ? NOT_PAIRED : 'The baseline has none to divide by.');
  if (arm.role === 'baseline') return known(text, 'The baseline is what the others are compared with.');
  if (interval === null) return { text, interval: null, reason: 'No interval with one seed: add seeds.' };
  const reason = `${percent(arm.ci.level, 0)} interval of the mean over ${arm.points.length} pairs, Student t`;
  return { text, interval: interval.map(write).join(' to '), reason };
}

function known(text: string, reason: string): ArmCell {
  return { text, interval: null, reason };
}

function percentNumber(fraction: number): string {
  return percent(fraction).replace(' %', '');
}

/** "1.21×" of a saved share of the time. */
export function speedup(saved: number | null): string {
  return saved === null || !(saved < 1) ? UNKNOWN : `${decimal(1 / (1 - saved), 2)}×`;
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
