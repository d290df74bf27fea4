import { z } from 'zod';

const RUNS_TABS = ['all', 'archived', 'trash'] as const;

export type RunsTab = (typeof RUNS_TABS)[number];

/** The tab of a run; each run is in exactly one. */
export function tabOf({ archived, deleted }: { readonly archived: boolean; readonly deleted: boolean }): RunsTab {
  if (deleted) return 'trash';
  return archived ? 'archived' : 'all';
}

const key = z.string().min(1).max(100);

/** How the table of runs is arranged. Fields that a version does not know are left out where the table is shown. */
export const runsViewSchema = z.strictObject({
  tab: z.enum(RUNS_TABS),
  filter: z.string().max(10_000),
  /** In their order; widths in CSS pixels. */
  columns: z
    .array(z.strictObject({ key, width: z.number().min(1).max(10_000) }))
    .min(1)
    .max(500),
  sort: z.strictObject({ key, descending: z.boolean() }),
  /** The keys of the fields that runs are grouped by; empty for single runs. */
  groupBy: z.array(key).max(50),
});

export type RunsView = z.infer<typeof runsViewSchema>;

/** An arrangement of the table of runs, kept under a name. */
export interface SavedRunsView {
  readonly id: string;
  readonly name: string;
  readonly view: RunsView;
  readonly changedAt: number;
}
