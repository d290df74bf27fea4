import { type Interval, mean, pairedInterval } from './analysis/statistics.ts';
import { groupedBy } from './grouped.ts';
import type { RunSummary } from './records.ts';
import type { FieldValue, RunField } from './run-fields.ts';
import { isNumeric, isUnknown, RUN_FIELDS } from './run-fields.ts';

/**
 * Groups by everything but the seed. The hash leaves out the steps, so all equal-time baselines have the baseline's hash; their
 * arm distinguishes them.
 */
export const SAME_CONFIGURATION: RunField = {
  key: 'configuration',
  title: 'same configuration',
  format: 'text',
  aliases: [],
  isSetting: true,
  value: ({ groupHash, role, arm }) => (role === 'equal-time' ? `${groupHash} ${arm}` : groupHash),
};

/** The fields to group by: any but the seed, since the mean is taken over seeds. */
export const GROUPINGS: readonly RunField[] = [
  SAME_CONFIGURATION,
  ...RUN_FIELDS.filter(({ key, isSetting }) => (isSetting && key !== 'seed') || key === 'status' || key === 'tags'),
];

export interface RunGroup {
  readonly key: string;
  /** The values that its runs share, one for each field that they are grouped by. */
  readonly shared: readonly FieldValue[];
  /** The runs of the group, at least one. */
  readonly runs: readonly RunSummary[];
}

/** Groups runs with the same values of all these fields; groups and runs keep their order. */
export function groupRuns(runs: readonly RunSummary[], by: readonly RunField[]): readonly RunGroup[] {
  const valuesOf = (run: RunSummary) => by.map((field) => field.value(run));
  const groups = groupedBy(runs, (run) => JSON.stringify(valuesOf(run)));
  return [...groups].map(([key, members]) => ({ key, shared: valuesOf(members[0]), runs: members }));
}

/** The mean over the runs whose number is known, and half the width of its 95 % interval by Student's t. */
export interface GroupMean {
  readonly kind: 'mean';
  readonly mean: number;
  /** Half the width of the interval; null with fewer than two runs. */
  readonly halfWidth: number | null;
  readonly known: number;
  readonly of: number;
}

/** The cell of a group: the mean of an outcome, the one value of a setting, or the number of different values. */
export type GroupCell =
  | GroupMean
  | { readonly kind: 'same'; readonly value: FieldValue }
  | { readonly kind: 'various'; readonly count: number };

const LEVEL = 0.95;

export function groupCell({ runs }: RunGroup, field: RunField): GroupCell {
  const values = runs.map((run) => field.value(run));
  const distinct = new Map(values.map((value) => [JSON.stringify(value), value]));
  const isMeant = isNumeric(field) && (!field.isSetting || distinct.size > 1);
  const numbers = isMeant ? values.filter((value) => typeof value === 'number') : [];
  if (numbers.length > 0) return groupMean(numbers, values.length);
  const known = [...distinct.values()];
  if (known.length === 1) return { kind: 'same', value: known[0] };
  return { kind: 'various', count: known.filter((value) => !isUnknown(value)).length };
}

function groupMean(numbers: readonly number[], of: number): GroupMean {
  const interval = pairedInterval(numbers, LEVEL);
  return {
    kind: 'mean',
    mean: mean(numbers) ?? Number.NaN,
    halfWidth: halfOf(interval),
    known: numbers.length,
    of,
  };
}

/** Null where there is no interval, as between infinite losses. */
function halfOf(interval: Interval | null): number | null {
  const width = interval === null ? Number.NaN : interval[1] - interval[0];
  return Number.isFinite(width) ? width / 2 : null;
}

/** The value by which a column of groups is sorted. */
export function groupValue(group: RunGroup, field: RunField): FieldValue {
  const cell = groupCell(group, field);
  if (cell.kind === 'mean') return cell.mean;
  return cell.kind === 'same' ? cell.value : field.value(group.runs[0]);
}
