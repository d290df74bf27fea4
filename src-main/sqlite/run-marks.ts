import type { Database } from 'better-sqlite3';
import type { RunsChange } from '#core/ports.ts';

interface Marks {
  readonly run: number;
  /** NULL leaves the column as it is. */
  readonly note: string | null;
  readonly archived: number | null;
  readonly locked: number | null;
}

/** What people add to a run: the table tags, and the columns note, archived and locked of table runs. */
export class RunMarks {
  readonly #mark;
  readonly #addTag;
  readonly #removeTag;

  constructor(database: Database) {
    this.#mark = database.prepare<[Marks]>(`
      UPDATE runs SET note = coalesce(@note, note), archived = coalesce(@archived, archived),
        locked = coalesce(@locked, locked)
      WHERE id = @run`);
    this.#addTag = database.prepare<[number, string]>('INSERT OR IGNORE INTO tags (run_id, tag) VALUES (?, ?)');
    this.#removeTag = database.prepare<[number, string]>('DELETE FROM tags WHERE run_id = ? AND tag = ?');
  }

  change(run: number, { note, archived, locked, addTags = [], removeTags = [] }: RunsChange): void {
    this.#mark.run({ run, note: note ?? null, archived: flag(archived), locked: flag(locked) });
    for (const tag of removeTags) this.#removeTag.run(run, tag);
    for (const tag of addTags) this.#addTag.run(run, tag);
  }
}

function flag(value: boolean | undefined): number | null {
  return value === undefined ? null : Number(value);
}
