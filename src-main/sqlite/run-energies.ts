import type { Database } from 'better-sqlite3';
import { type RunEnergy, runEnergy } from '#core/analysis/energy.ts';
import { POWER_SERIES, type PowerSeries } from '#core/machine-metrics.ts';
import { metricName } from './metrics.ts';

interface UseRow {
  readonly epochs: number;
  readonly joules: number;
}

/** The energies of runs, from the tables metrics and epochs. */
export class RunEnergies {
  readonly #key;
  readonly #id;
  readonly #use;
  readonly #epochs;

  constructor(database: Database) {
    this.#key = database.prepare<[string], number>('SELECT id FROM metric_keys WHERE name = ?').pluck();
    this.#id = database.prepare<[string], number>('SELECT id FROM runs WHERE public_id = ?').pluck();
    this.#use = database.prepare<[number, number], UseRow>(`
      SELECT count(*) AS epochs, coalesce(sum(value * training_seconds), 0) AS joules
      FROM metrics JOIN epochs ON epochs.run_id = metrics.run_id AND epoch = step
      WHERE metrics.run_id = ? AND key_id = ?`);
    this.#epochs = database.prepare<[number], number>('SELECT count(*) FROM epochs WHERE run_id = ?').pluck();
  }

  /** Null where the power was not measured in every epoch. */
  find(runId: string): RunEnergy | null {
    const keys = (Object.keys(POWER_SERIES) as PowerSeries[]).flatMap((series) => {
      const key = this.#key.get(metricName('epoch', series));
      return key === undefined ? [] : [{ series, key }];
    });
    const run = this.#id.get(runId);
    if (keys.length === 0 || run === undefined) return null;
    const uses = keys.flatMap(({ series, key }) => {
      const use = this.#use.get(run, key);
      return use === undefined ? [] : [{ series, ...use }];
    });
    return runEnergy(uses, this.#epochs.get(run) ?? 0);
  }
}
