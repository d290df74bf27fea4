import type { Database } from 'better-sqlite3';
import type { DatasetRecord } from '#core/records.ts';

type DatasetRow = Omit<DatasetRecord, 'location'> & { readonly location: string };

/** The table datasets. */
export class DatasetTable {
  readonly #save;
  readonly #all;

  constructor(database: Database) {
    this.#save = database.prepare<[DatasetRow]>(`
      INSERT OR REPLACE INTO datasets (name, location, training, test, height, width, channels, classes, sha256)
      VALUES (@name, @location, @training, @test, @height, @width, @channels, @classes, @sha256)`);
    this.#all = database.prepare<[], DatasetRow>('SELECT * FROM datasets ORDER BY name');
  }

  save(dataset: DatasetRecord): void {
    this.#save.run({ ...dataset, location: JSON.stringify(dataset.location) });
  }

  all(): readonly DatasetRecord[] {
    return this.#all.all().map((row) => ({ ...row, location: JSON.parse(row.location) as DatasetRecord['location'] }));
  }
}
