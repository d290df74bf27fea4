/** Which runs are chosen, by id, and the row from which Shift reaches on. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly anchor: string | null;
}

export const NOTHING_CHOSEN: Selection = { ids: new Set(), anchor: null };

/** A row as a selection sees it: its key, and the ids of the runs that it stands for. */
export interface SelectableRow {
  readonly key: string;
  readonly ids: readonly string[];
}

/** Chooses this row's runs alone. */
export function choosing(row: SelectableRow): Selection {
  return { ids: new Set(row.ids), anchor: row.key };
}

/** Adds this row's runs; if all of them are chosen already, takes them away. */
export function toggling(selection: Selection, row: SelectableRow): Selection {
  const isChosen = row.ids.every((id) => selection.ids.has(id));
  const others = [...selection.ids].filter((id) => !row.ids.includes(id));
  return { ids: new Set(isChosen ? others : [...others, ...row.ids]), anchor: row.key };
}

/** Chooses everything from the anchor to this row, and nothing else; this row alone if the anchor is gone. */
export function reaching(selection: Selection, rows: readonly SelectableRow[], to: number): Selection {
  const anchor = rows.findIndex(({ key }) => key === selection.anchor);
  const from = anchor < 0 ? to : anchor;
  const within = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set(within.flatMap(({ ids }) => ids)), anchor: rows[from]?.key ?? null };
}
