import type { Database } from 'better-sqlite3';
import { datasetKindOf } from '#core/data/dataset-location.ts';
import type { DatasetRecord } from '#core/records.ts';
import { NamedUse } from './named-use.ts';
import { UnreadableRows } from './unreadable-rows.ts';

type DatasetRow = Omit<DatasetRecord, 'location'> & { readonly location: string };

/** The table datasets. */
export class DatasetTable {
  readonly #save;
  readonly #all;
  readonly #use: NamedUse;
  readonly #remove;
  readonly #unreadable: UnreadableRows;

  constructor(database: Database) {
    this.#unreadable = UnreadableRows.of(database);
    this.#save = database.prepare<[DatasetRow]>(`
      INSERT OR REPLACE INTO datasets
        (name, location, training, test, validation, height, width, channels, classes, sha256)
      VALUES (@name, @location, @training, @test, @validation, @height, @width, @channels, @classes, @sha256)`);
    this.#all = database.prepare<[], DatasetRow>('SELECT * FROM datasets ORDER BY name');
    this.#use = new NamedUse(database, 'dataset');
    this.#remove = database.prepare<[string]>('DELETE FROM datasets WHERE name = ?');
  }

  remove(name: string): void {
    this.#use.refuseWhileUsed(name);
    this.#remove.run(name);
  }

  save(dataset: DatasetRecord): void {
    this.#save.run({ ...dataset, location: JSON.stringify(dataset.location) });
  }

  all(): readonly DatasetRecord[] {
    return this.#unreadable.readAll(this.#all.all(), ({ name }) => `Data set "${name}"`, toDataset);
  }
}

function toDataset(row: DatasetRow): DatasetRecord {
  const location = JSON.parse(row.location) as DatasetRecord['location'];
  datasetKindOf(location);
  return { ...row, location };
}
