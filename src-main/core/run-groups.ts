import { mean, pairedInterval } from './analysis/statistics.ts';
import type { RunSummary } from './records.ts';
import type { FieldValue, RunField } from './run-fields.ts';
import { isNumeric, isUnknown, RUN_FIELDS } from './run-fields.ts';

/**
 * Everything but the seed. The hash knows no steps, so that all equal-time baselines have the baseline's: their arm tells
 * them apart.
 */
export const SAME_CONFIGURATION: RunField = {
  key: 'configuration',
  title: 'same configuration',
  format: 'text',
  aliases: [],
  isSetting: true,
  value: ({ groupHash, role, arm }) => (role === 'equal-time' ? `${groupHash} ${arm}` : groupHash),
};

/** What runs may be grouped by: anything but the seed, over which one takes the mean. */
export const GROUPINGS: readonly RunField[] = [
  SAME_CONFIGURATION,
  ...RUN_FIELDS.filter(({ key, isSetting }) => (isSetting && key !== 'seed') || key === 'status' || key === 'tags'),
];

export interface RunGroup {
  readonly key: string;
  /** What its runs share, one value for each field that they are grouped by. */
  readonly shared: readonly FieldValue[];
  /** At least one. */
  readonly runs: readonly RunSummary[];
}

/** Runs with the same values of all these fields, groups and runs in the order in which they come. */
export function groupRuns(runs: readonly RunSummary[], by: readonly RunField[]): readonly RunGroup[] {
  const groups = new Map<string, { shared: FieldValue[]; runs: RunSummary[] }>();
  for (const run of runs) {
    const shared = by.map((field) => field.value(run));
    const key = JSON.stringify(shared);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { shared, runs: [run] });
    else group.runs.push(run);
  }
  return [...groups].map(([key, group]) => ({ key, ...group }));
}

/** The mean over the runs of which the number is known, and half the width of its 95 % interval by Student's t. */
export interface GroupMean {
  readonly kind: 'mean';
  readonly mean: number;
  /** Null with fewer than two runs. */
  readonly halfWidth: number | null;
  readonly known: number;
  readonly of: number;
}

/** What a group has in a column: the mean of an outcome, the one value of a setting, or how many values there are. */
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
    halfWidth: interval === null ? null : (interval[1] - interval[0]) / 2,
    known: numbers.length,
    of,
  };
}

/** What a column of groups is sorted by. */
export function groupValue(group: RunGroup, field: RunField): FieldValue {
  const cell = groupCell(group, field);
  if (cell.kind === 'mean') return cell.mean;
  return cell.kind === 'same' ? cell.value : field.value(group.runs[0]);
}
