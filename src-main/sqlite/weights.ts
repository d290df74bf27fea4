import type { Database } from 'better-sqlite3';
import type { WeightsRecord } from '#core/records.ts';
import { NamedUse } from './named-use.ts';

interface WeightsRow {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly file: string;
  readonly added_at: number;
}

/** The table weights. */
export class WeightsTable {
  readonly #save;
  readonly #all;
  readonly #use: NamedUse;
  readonly #remove;
  readonly #needed;

  constructor(database: Database) {
    this.#save = database.prepare<[WeightsRow]>(`
      INSERT OR REPLACE INTO weights (name, sha256, bytes, file, added_at)
      VALUES (@name, @sha256, @bytes, @file, @added_at)`);
    this.#all = database.prepare<[], WeightsRow>('SELECT * FROM weights ORDER BY name');
    this.#use = new NamedUse(database, 'weights');
    this.#remove = database.prepare<[string]>('DELETE FROM weights WHERE name = ?');
    this.#needed = database
      .prepare<[{ readonly sha256: string }], 0 | 1>(`
      SELECT EXISTS (SELECT 1 FROM weights WHERE sha256 = @sha256)
        OR EXISTS (SELECT 1 FROM runs WHERE weights_sha256 = @sha256 AND NOT imported)`)
      .pluck();
  }

  save({ addedAt, ...weights }: WeightsRecord): void {
    this.#save.run({ ...weights, added_at: addedAt });
  }

  all(): readonly WeightsRecord[] {
    return this.#all.all().map(({ added_at: addedAt, ...row }) => ({ ...row, addedAt }));
  }

  isNeeded(sha256: string): boolean {
    return this.#needed.get({ sha256 }) === 1;
  }

  remove(name: string): void {
    this.#use.refuseWhileUsed(name);
    this.#remove.run(name);
  }
}
