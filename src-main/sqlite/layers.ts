import type { Database } from 'better-sqlite3';
import type { LayerRecord } from '#core/records.ts';

/** The table layers: the plan of every layer. */
export class LayerTable {
  readonly #insert;
  readonly #all;

  constructor(database: Database) {
    this.#insert = database.prepare<[LayerRecord & { readonly run: number }]>(`
      INSERT INTO layers (run_id, layer, name, params, macs, freeze_step, unfreeze_step, initial_learning_rate)
      VALUES (@run, @index, @name, @params, @macs, @freezeStep, @unfreezeStep, @initialLearningRate)
      ON CONFLICT (run_id, layer) DO NOTHING`);
    this.#all = database.prepare<[number], LayerRecord>(`
      SELECT layer AS "index", name, params, macs, freeze_step AS freezeStep, unfreeze_step AS unfreezeStep,
        initial_learning_rate AS initialLearningRate
      FROM layers WHERE run_id = ? ORDER BY layer`);
  }

  /** Inserts the layers; existing ones stay as they are, since the plan of a run does not change. */
  insert(run: number, layers: readonly LayerRecord[]): void {
    for (const layer of layers) this.#insert.run({ run, ...layer });
  }

  all(run: number): readonly LayerRecord[] {
    return this.#all.all(run);
  }
}
