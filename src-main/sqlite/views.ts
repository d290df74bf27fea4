import type { Database } from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import type { SavedView } from '#core/records.ts';
import { parse } from '#core/validation.ts';
import { UnreadableRows } from './unreadable-rows.ts';

interface ViewRow {
  readonly public_id: string;
  readonly name: string;
  readonly comparison: string;
  readonly changed_at: number;
}

/** The table saved_views. */
export class ViewTable {
  readonly #save;
  readonly #remove;
  readonly #all;
  readonly #unreadable: UnreadableRows;

  constructor(database: Database) {
    this.#unreadable = UnreadableRows.of(database);
    this.#save = database.prepare<[ViewRow], ViewRow>(`
      INSERT INTO saved_views (public_id, name, comparison, changed_at)
      VALUES (@public_id, @name, @comparison, @changed_at)
      ON CONFLICT (name) DO UPDATE SET comparison = excluded.comparison, changed_at = excluded.changed_at
      RETURNING public_id, name, comparison, changed_at`);
    this.#remove = database.prepare<[string]>('DELETE FROM saved_views WHERE public_id = ?');
    this.#all = database.prepare<[], ViewRow>('SELECT * FROM saved_views ORDER BY name');
  }

  all(): readonly SavedView[] {
    return this.#unreadable.readAll(this.#all.all(), ({ name }) => `The saved comparison "${name}"`, toView);
  }

  /** Saves a view. A view of that name is replaced and keeps its id. */
  save({ id, name, comparison, changedAt }: SavedView): SavedView {
    const row = { public_id: id, name, comparison: JSON.stringify(comparison), changed_at: changedAt };
    return toView(this.#save.get(row) ?? row);
  }

  remove(id: string): void {
    if (this.#remove.run(id).changes > 0) return;
    throw new AppError('not-found', `There is no saved comparison ${id}: it was removed already.`);
  }
}

function toView(row: ViewRow): SavedView {
  const comparison = parse(comparisonViewSchema, JSON.parse(row.comparison), 'its choices');
  return { id: row.public_id, name: row.name, comparison, changedAt: row.changed_at };
}
