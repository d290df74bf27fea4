import type { RunSummary } from '#core/records.ts';
import type { RunField } from '#core/run-fields.ts';
import { sortedBy } from '#core/run-fields.ts';
import type { RunGroup } from '#core/run-groups.ts';
import { groupRuns, groupValue } from '#core/run-groups.ts';

/** A row of the table: a run, or a group of runs; the runs of an open group follow it. */
export type TableRow =
  | { readonly kind: 'run'; readonly key: string; readonly run: RunSummary; readonly isInGroup: boolean }
  | { readonly kind: 'group'; readonly key: string; readonly group: RunGroup; readonly isOpen: boolean };

interface Arrangement {
  readonly sort: RunField;
  readonly descending: boolean;
  /** The fields that runs are grouped by; empty for single runs. */
  readonly groupBy: readonly RunField[];
  /** The keys of the groups that are open. */
  readonly open: ReadonlySet<string>;
}

/** The rows of the table, from top to bottom. */
export function tableRows(
  runs: readonly RunSummary[],
  { sort, descending, groupBy, open }: Arrangement,
): readonly TableRow[] {
  const sorted = sortedBy(runs, (run) => sort.value(run), descending);
  if (groupBy.length === 0) return sorted.map((run) => itemOf(run, false));
  const groups = sortedBy(groupRuns(sorted, groupBy), (group) => groupValue(group, sort), descending);
  return groups.flatMap((group): TableRow[] => {
    const isOpen = open.has(group.key);
    const row: TableRow = { kind: 'group', key: `group ${group.key}`, group, isOpen };
    return isOpen ? [row, ...group.runs.map((run) => itemOf(run, true))] : [row];
  });
}

function itemOf(run: RunSummary, isInGroup: boolean): TableRow {
  return { kind: 'run', key: run.id, run, isInGroup };
}

/** The runs that a row stands for. */
export function runsIn(item: TableRow): readonly RunSummary[] {
  return item.kind === 'run' ? [item.run] : item.group.runs;
}

export function chosenCount(runs: readonly RunSummary[], chosen: ReadonlySet<string>): number {
  return runs.filter(({ id }) => chosen.has(id)).length;
}

/** The tags of these runs, with how many of them have each; the most frequent first. */
export function tagCounts(runs: readonly RunSummary[]): readonly { readonly tag: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const tag of runs.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].map(([tag, count]) => ({ tag, count })).sort((a, b) => b.count - a.count);
}
