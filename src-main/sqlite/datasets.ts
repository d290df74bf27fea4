import type { Database } from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import type { DatasetRecord } from '#core/records.ts';

type DatasetRow = Omit<DatasetRecord, 'location'> & { readonly location: string };

/** The table datasets. */
export class DatasetTable {
  readonly #save;
  readonly #all;
  readonly #user;
  readonly #remove;

  constructor(database: Database) {
    this.#save = database.prepare<[DatasetRow]>(`
      INSERT OR REPLACE INTO datasets
        (name, location, training, test, validation, height, width, channels, classes, sha256)
      VALUES (@name, @location, @training, @test, @validation, @height, @width, @channels, @classes, @sha256)`);
    this.#all = database.prepare<[], DatasetRow>('SELECT * FROM datasets ORDER BY name');
    this.#user = database
      .prepare<[string], string>(`
      SELECT public_id FROM runs WHERE status IN ('queued', 'running') AND deleted_at IS NULL AND NOT imported
        AND spec ->> '$.dataset' = ? LIMIT 1`)
      .pluck();
    this.#remove = database.prepare<[string]>('DELETE FROM datasets WHERE name = ?');
  }

  remove(name: string): void {
    const user = this.#user.get(name);
    if (user !== undefined)
      throw new AppError(
        'conflict',
        `The run ${user} trains on ${name} or waits to do so: stop or delete the run first.`,
      );
    this.#remove.run(name);
  }

  save(dataset: DatasetRecord): void {
    this.#save.run({ ...dataset, location: JSON.stringify(dataset.location) });
  }

  all(): readonly DatasetRecord[] {
    return this.#all.all().map((row) => ({ ...row, location: JSON.parse(row.location) as DatasetRecord['location'] }));
  }
}
