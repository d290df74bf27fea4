import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import { percent, signedPercent, signedPoints, UNKNOWN } from '#core/analysis/quantity.ts';
import type { ArmCell } from './arm-cells.ts';
import { equalTimeCell, estimate, known, marginCell, percentNumber, probabilityCell, speedup } from './arm-cells.ts';
import type { ArmRow } from './arm-rows.ts';

export interface ArmColumn {
  readonly id: string;
  /** The title that neighbouring columns share; it stands above them once. */
  readonly group: 'Time saved' | 'Error' | 'Pairs';
  readonly title: string;
  /** What the number is, on hover. */
  readonly meaning: string;
  /** Columns of the highest rank go first where there is no room; each row's details hold all of them. */
  readonly rank: 1 | 2 | 3 | 4;
  /** About the width of the widest cells, in CSS pixels. */
  readonly width: number;
  /** What stands under the number: the ends of its interval, or what is shown; null where nothing does. */
  readonly below: 'interval' | 'words' | null;
  /** The value to sort by; null if it is not known. */
  value(row: ArmRow): number | null;
  cell(row: ArmRow): ArmCell;
}

const NOT_PROFILED = 'Not every finished run has measured its steps at each freeze depth: short and older runs do not.';
const NOT_PAIRED = 'No seed has finished here and in the baseline yet.';
const NOT_METERED = 'This system did not tell the power of every epoch of these runs.';
const HOLM = 'paired t test, two-sided, adjusted over the study’s policy arms (Holm)';

export const ARM_COLUMNS: readonly ArmColumn[] = [
  {
    ...{ id: 'wall', group: 'Time saved', title: 'wall clock', rank: 1, width: 96, below: 'interval' },
    meaning: '1 − training time of the arm / of the baseline, mean over pairs of one seed, with the 95 % interval',
    value: ({ arm }) => arm.saved.wall,
    cell: ({ arm }) => estimate(percent(arm.saved.wall), { arm, interval: arm.ci.wall, write: percentNumber }),
  },
  {
    ...{ id: 'wallP', group: 'Time saved', title: 'p', rank: 3, width: 84, below: 'words' },
    meaning: `That the arm takes the baseline’s time: ${HOLM}`,
    value: ({ arm }) => arm.tests.wall?.holm ?? null,
    cell: ({ arm }) => probabilityCell(arm, 'time'),
  },
  {
    ...{ id: 'speedup', group: 'Time saved', title: 'speedup', rank: 4, width: 72, below: null },
    meaning: '1 / (1 − saved wall clock)',
    value: ({ arm }) => arm.saved.wall,
    cell: ({ arm }) => known(speedup(arm.saved.wall), NOT_PAIRED),
  },
  {
    ...{ id: 'profile', group: 'Time saved', title: 'profile', rank: 3, width: 96, below: 'interval' },
    meaning: 'From step times measured at each freeze depth before the first step, mean over the finished runs',
    value: ({ arm }) => arm.saved.profile,
    cell: ({ arm }) =>
      arm.saved.profile === null
        ? known(UNKNOWN, NOT_PROFILED)
        : estimate(percent(arm.saved.profile), { arm, interval: arm.ci.profile, write: percentNumber }),
  },
  {
    ...{ id: 'compute', group: 'Time saved', title: 'compute', rank: 2, width: 72, below: null },
    meaning: 'Predicted from multiply-adds',
    value: ({ arm }) => arm.saved.compute,
    cell: ({ arm }) => known(percent(arm.saved.compute), ''),
  },
  {
    ...{ id: 'energy', group: 'Time saved', title: 'energy', rank: 2, width: 96, below: 'interval' },
    meaning:
      '1 − energy of the arm / of the baseline while they trained, mean over pairs of one seed, with the 95 % interval',
    value: ({ arm }) => arm.energy?.saved ?? null,
    cell: ({ arm }) => {
      const { saved = null, ci = null } = arm.energy ?? {};
      if (saved === null) return known(UNKNOWN, NOT_METERED);
      return estimate(percent(saved), { arm, interval: ci, write: percentNumber });
    },
  },
  {
    ...{ id: 'testError', group: 'Error', title: 'test', rank: 3, width: 68, below: null },
    meaning: 'Of the final weights, mean over the finished runs',
    value: ({ arm }) => arm.testError,
    cell: ({ arm }) => known(percent(arm.testError, 2), 'No run of this arm has finished yet.'),
  },
  {
    ...{ id: 'errorDelta', group: 'Error', title: 'delta, points', rank: 1, width: 112, below: 'interval' },
    meaning: '100 × (test error of the arm − of the baseline), mean over pairs of one seed, with the 95 % interval',
    value: ({ arm }) => arm.errorDelta,
    cell: ({ arm }) =>
      estimate(signedPoints(arm.errorDelta), { arm, interval: arm.ci.errorDelta, write: signedPoints }),
  },
  {
    ...{ id: 'errorP', group: 'Error', title: 'p', rank: 3, width: 84, below: 'words' },
    meaning: `That the arm has the baseline’s error: ${HOLM}`,
    value: ({ arm }) => arm.tests.errorDelta?.holm ?? null,
    cell: ({ arm }) => probabilityCell(arm, 'accuracy'),
  },
  {
    ...{ id: 'relative', group: 'Error', title: 'relative', rank: 2, width: 96, below: 'interval' },
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
    ...{ id: 'margin', group: 'Error', title: 'at most', rank: 2, width: 96, below: 'words' },
    meaning:
      'Upper bound of the error delta, one-sided 95 %, in points, and whether the margin is shown to be kept, or exceeded',
    value: ({ arm }) => arm.nonInferiority?.upper ?? null,
    cell: ({ arm }) => marginCell(arm),
  },
  {
    ...{ id: 'equalTime', group: 'Error', title: 'to equal time', rank: 2, width: 112, below: 'interval' },
    meaning: 'Error delta against the baseline that trains no longer than the arm, in points: the control to beat',
    value: ({ arm }) => arm.againstEqualTime?.errorDelta ?? null,
    cell: ({ arm }) => equalTimeCell(arm),
  },
  {
    ...{ id: 'n', group: 'Pairs', title: 'n', rank: 1, width: 36, below: null },
    meaning: 'Pairs: seeds that finished here and in the baseline',
    value: ({ arm }) => arm.points.length,
    cell: ({ arm }) => known(String(arm.points.length), ''),
  },
];

/** The width that the columns without numbers take: the arm, its place on the front, its runs. */
const OTHER_COLUMNS_WIDTH = 400;
const STUDY_COLUMN_WIDTH = 160;

/** The columns that fit into a table of this width, the first ranks in any case. */
export function columnsWithin(width: number, arms: readonly ComparedArm[], withStudies: boolean): readonly ArmColumn[] {
  const hasControls = arms.some((arm) => arm.role === 'equal-time');
  const hasEnergy = arms.some((arm) => arm.energy?.saved != null);
  const isThere = (id: string) => (id !== 'equalTime' || hasControls) && (id !== 'energy' || hasEnergy);
  const columns = ARM_COLUMNS.filter(({ id }) => isThere(id));
  const room = width - OTHER_COLUMNS_WIDTH - (withStudies ? STUDY_COLUMN_WIDTH : 0);
  const upTo = (rank: number) => columns.filter((column) => column.rank <= rank);
  const fits = (all: readonly ArmColumn[]) => all.reduce((sum, column) => sum + column.width, 0) <= room;
  return [4, 3, 2].map(upTo).find(fits) ?? upTo(1);
}

export interface ArmSort {
  readonly column: string;
  readonly isDescending: boolean;
}

/** The rows as sorted, or in the study's own order without a sort; an equal-time arm always follows its policy arm. */
export function sortedArmRows(rows: readonly ArmRow[], sort: ArmSort | null): readonly ArmRow[] {
  const column = ARM_COLUMNS.find(({ id }) => id === sort?.column);
  if (sort === null || column === undefined) return rows;
  const isFollower = ({ study, arm }: ArmRow) => rows.some((row) => row.study === study && row.arm.name === arm.of);
  const followers = (head: ArmRow) => rows.filter((row) => row.study === head.study && row.arm.of === head.arm.name);
  const heads = rows.filter((row) => !isFollower(row));
  const ordered = heads.toSorted((a, b) => compareValues(column.value(a), column.value(b), sort.isDescending));
  return ordered.flatMap((head) => [head, ...followers(head)]);
}

/** Unknown values come last in both directions. */
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
