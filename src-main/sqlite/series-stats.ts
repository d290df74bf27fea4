import type { Database } from 'better-sqlite3';

/** A value in a series of epochs; metric_keys gives the id of the series. */
export interface StatsPoint {
  readonly run: number;
  readonly key: number;
  readonly epoch: number;
  readonly value: number;
}

interface StatsInput extends StatsPoint {
  /** NULL for NaN, which is neither a minimum nor a maximum. */
  readonly orderedStep: number | null;
  readonly mask: number;
}

/** The table run_stats: whoever stores a point also adds it here, in the same transaction. */
export class SeriesStats {
  readonly #forget;
  readonly #add;

  constructor(database: Database) {
    this.#forget = database.prepare<[number, number]>('DELETE FROM run_stats WHERE run_id = ? AND key_id = ?');
    this.#add = database.prepare<[StatsInput]>(`
      INSERT INTO run_stats
        (run_id, key_id, first, first_step, last, last_step, min, min_step, max, max_step, nan_mask)
      VALUES (@run, @key, @value, @epoch, @value, @epoch, @value, @orderedStep, @value, @orderedStep, @mask)
      ON CONFLICT (run_id, key_id) DO UPDATE SET
        last = excluded.last, last_step = excluded.last_step, nan_mask = (nan_mask & 1) | (excluded.nan_mask & 2),
        min = iif(min IS NULL OR excluded.min < min, excluded.min, min),
        min_step = iif(min IS NULL OR excluded.min < min, excluded.min_step, min_step),
        max = iif(max IS NULL OR excluded.max > max, excluded.max, max),
        max_step = iif(max IS NULL OR excluded.max > max, excluded.max_step, max_step)`);
  }

  /** Adds a point; the points of a series come in the order of their epochs. */
  add(point: StatsPoint): void {
    const hasNoOrder = Number.isNaN(point.value);
    this.#add.run({ ...point, orderedStep: hasNoOrder ? null : point.epoch, mask: hasNoOrder ? 3 : 0 });
  }

  forget(run: number, key: number): void {
    this.#forget.run(run, key);
  }
}
