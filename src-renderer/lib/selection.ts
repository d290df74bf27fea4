/** What is chosen of a list, such as runs, by id, and the row from which Shift reaches on. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly anchor: string | null;
}

export const NOTHING_CHOSEN: Selection = { ids: new Set(), anchor: null };

/** A row as a selection sees it: its key, and the ids of what it stands for. */
export interface SelectableRow {
  readonly key: string;
  readonly ids: readonly string[];
}

/** Chooses what this row stands for, alone. */
export function choosing(row: SelectableRow): Selection {
  return { ids: new Set(row.ids), anchor: row.key };
}

/** Adds what this row stands for; if all of it is chosen already, takes it away. */
export function toggling(selection: Selection, row: SelectableRow): Selection {
  const isChosen = row.ids.every((id) => selection.ids.has(id));
  const others = [...selection.ids].filter((id) => !row.ids.includes(id));
  return { ids: new Set(isChosen ? others : [...others, ...row.ids]), anchor: row.key };
}

/**
 * What Shift does to check boxes: adds everything from the anchor to this row; where this row was chosen already, takes all of
 * that away. What lies elsewhere stays as it was.
 */
export function extending(selection: Selection, rows: readonly SelectableRow[], to: number): Selection {
  const row = rows[to];
  if (row === undefined) return selection;
  const within = new Set(rowsBetween(selection, rows, to).flatMap(({ ids }) => ids));
  const others = [...selection.ids].filter((id) => !within.has(id));
  const isChosen = row.ids.every((id) => selection.ids.has(id));
  return { ids: new Set(isChosen ? others : [...others, ...within]), anchor: row.key };
}

/** Chooses everything from the anchor to this row, and nothing else; this row alone if the anchor is gone. */
export function reaching(selection: Selection, rows: readonly SelectableRow[], to: number): Selection {
  const ids = rowsBetween(selection, rows, to).flatMap((row) => row.ids);
  return { ids: new Set(ids), anchor: rows[anchorOf(selection, rows, to)]?.key ?? null };
}

function rowsBetween(selection: Selection, rows: readonly SelectableRow[], to: number): readonly SelectableRow[] {
  const from = anchorOf(selection, rows, to);
  return rows.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** The row from which Shift reaches on: the one to which it reaches, where the anchor is gone. */
function anchorOf({ anchor }: Selection, rows: readonly SelectableRow[], to: number): number {
  const place = rows.findIndex(({ key }) => key === anchor);
  return place < 0 ? to : place;
}
