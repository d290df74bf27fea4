import type { Database } from 'better-sqlite3';
import { columnJson } from './column-json.ts';

interface DraftRow {
  readonly key: string;
  readonly value: string;
  readonly at: number;
}

/** The table drafts. */
export class DraftTable {
  readonly #save;
  readonly #remove;
  readonly #value;

  constructor(database: Database) {
    this.#save = database.prepare<[DraftRow]>(
      'INSERT OR REPLACE INTO drafts (key, value, changed_at) VALUES (@key, @value, @at)',
    );
    this.#remove = database.prepare<[string]>('DELETE FROM drafts WHERE key = ?');
    this.#value = database.prepare<[string], string>('SELECT value FROM drafts WHERE key = ?').pluck();
  }

  get(key: string): string | null {
    const value = this.#value.get(key);
    if (value === undefined) return null;
    columnJson(value, { column: 'the text', row: `the draft ${key}` });
    return value;
  }

  save(key: string, value: string | null, at: number): void {
    if (value === null) this.#remove.run(key);
    else this.#save.run({ key, value, at });
  }
}
