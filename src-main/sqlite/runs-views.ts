import type { Database } from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import type { SavedRunsView } from '#core/runs-view.ts';
import { runsViewSchema } from '#core/runs-view.ts';
import { parse } from '#core/validation.ts';
import { UnreadableRows } from './unreadable-rows.ts';

interface ViewRow {
  readonly public_id: string;
  readonly name: string;
  readonly view: string;
  readonly changed_at: number;
}

/** The table runs_views. */
export class RunsViewTable {
  readonly #save;
  readonly #rename;
  readonly #remove;
  readonly #named;
  readonly #all;
  readonly #unreadable: UnreadableRows;

  constructor(database: Database) {
    this.#unreadable = UnreadableRows.of(database);
    this.#save = database.prepare<[ViewRow], ViewRow>(`
      INSERT INTO runs_views (public_id, name, view, changed_at)
      VALUES (@public_id, @name, @view, @changed_at)
      ON CONFLICT (name) DO UPDATE SET view = excluded.view, changed_at = excluded.changed_at
      RETURNING public_id, name, view, changed_at`);
    this.#rename = database.prepare<[string, number, string], ViewRow>(`
      UPDATE runs_views SET name = ?, changed_at = ? WHERE public_id = ? RETURNING public_id, name, view, changed_at`);
    this.#remove = database.prepare<[string]>('DELETE FROM runs_views WHERE public_id = ?');
    this.#named = database.prepare<[string], ViewRow>('SELECT * FROM runs_views WHERE name = ?');
    this.#all = database.prepare<[], ViewRow>('SELECT * FROM runs_views ORDER BY name');
  }

  all(): readonly SavedRunsView[] {
    return this.#unreadable.readAll(this.#all.all(), ({ name }) => `The view of the runs "${name}"`, toView);
  }

  /** Saves a view. A view of that name is replaced and keeps its id. */
  save({ id, name, view, changedAt }: SavedRunsView): SavedRunsView {
    const row = { public_id: id, name, view: JSON.stringify(view), changed_at: changedAt };
    return toView(this.#save.get(row) ?? row);
  }

  rename(id: string, name: string, changedAt: number): SavedRunsView {
    const other = this.#named.get(name);
    if (other !== undefined && other.public_id !== id) {
      throw new AppError('conflict', `There is a view "${name}" already: choose another name.`);
    }
    const row = this.#rename.get(name, changedAt, id);
    if (row === undefined) throw missing(id);
    return toView(row);
  }

  remove(id: string): void {
    if (this.#remove.run(id).changes === 0) throw missing(id);
  }
}

function missing(id: string): AppError {
  return new AppError('not-found', `There is no view of the runs ${id}: it was removed already.`);
}

function toView(row: ViewRow): SavedRunsView {
  const view = parse(runsViewSchema, JSON.parse(row.view), 'its choices');
  return { id: row.public_id, name: row.name, view, changedAt: row.changed_at };
}
