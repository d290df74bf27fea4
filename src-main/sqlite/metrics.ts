import type { Database } from 'better-sqlite3';
import type { Metrics } from '#core/run-event.ts';
import { measured, nanMaskOf } from './not-finite.ts';
import { SeriesStats } from './series-stats.ts';

type Per = 'epoch' | 'step';

interface MetricRow {
  readonly key: number;
  readonly name: string;
  /** The epoch, or the step. */
  readonly place: number;
  /** NULL only if the value is NaN. */
  readonly value: number;
  readonly nan_mask: number;
}

interface MetricKey {
  readonly id: number;
  readonly name: string;
}

interface Place {
  readonly run: number;
  readonly place: number;
}

interface RepeatedPlace extends Place {
  /** Whether the run has stored this epoch or step before. */
  readonly isRepeated: boolean;
}

/**
 * The name of a series in metric_keys: `epoch/topFiveError`, or `epoch/topFiveError/3` for layer 3 of a series with a value per
 * layer. Rows of a series of epochs have the epoch in the column `step`.
 */
export function metricName(per: Per, key: string, layer: number | null = null): string {
  return layer === null ? `${per}/${key}` : `${per}/${key}/${layer}`;
}

/** The layer in such a name; null for a series with one value for the run. */
export function layerOfMetric(name: string): number | null {
  const layer = name.split('/')[2];
  return layer === undefined ? null : Number(layer);
}

/** The tables metrics and metric_keys: what epochs and sampled steps report in addition to their typed columns. */
export class MetricTable {
  readonly #per: Per;
  readonly #stats: SeriesStats;
  /** The series of each run whose statistics are to be recomputed. */
  readonly #stale = new Map<number, Set<number>>();
  readonly #addKey;
  readonly #key;
  readonly #forget;
  readonly #save;
  readonly #all;
  readonly #keysOf;
  readonly #at;
  readonly #points;
  readonly #lastPlace;

  constructor(database: Database, per: Per) {
    this.#per = per;
    this.#stats = new SeriesStats(database);
    const ours = `(SELECT id FROM metric_keys WHERE name GLOB '${per}/*')`;
    this.#addKey = database.prepare<[string]>('INSERT OR IGNORE INTO metric_keys (name) VALUES (?)');
    this.#key = database.prepare<[string], number>('SELECT id FROM metric_keys WHERE name = ?').pluck();
    this.#forget = database
      .prepare<[Place], number>(
        `DELETE FROM metrics WHERE run_id = @run AND key_id IN ${ours} AND step = @place RETURNING key_id`,
      )
      .pluck();
    this.#save = database.prepare<[Place & Pick<MetricRow, 'key' | 'value' | 'nan_mask'>]>(`
      INSERT INTO metrics (run_id, key_id, step, value, nan_mask) VALUES (@run, @key, @place, @value, @nan_mask)`);
    this.#all = database.prepare<[number], MetricRow>(`
      SELECT key_id AS key, name, step AS place, value, nan_mask FROM metrics JOIN metric_keys ON id = key_id
      WHERE run_id = ? AND key_id IN ${ours} ORDER BY step, key_id`);
    this.#keysOf = database.prepare<[number], MetricKey>(`
      SELECT id, name FROM metric_keys WHERE name GLOB '${per}/*'
        AND EXISTS (SELECT 1 FROM metrics WHERE run_id = ? AND key_id = id) ORDER BY id`);
    this.#at = database.prepare<[number, number, number], Pick<MetricRow, 'value' | 'nan_mask'>>(
      'SELECT value, nan_mask FROM metrics WHERE run_id = ? AND key_id = ? AND step = ?',
    );
    this.#points = database.prepare<[number, number], Pick<MetricRow, 'place' | 'value' | 'nan_mask'>>(
      'SELECT step AS place, value, nan_mask FROM metrics WHERE run_id = ? AND key_id = ? ORDER BY step',
    );
    this.#lastPlace = database
      .prepare<[number, number], number | null>('SELECT max(step) FROM metrics WHERE run_id = ? AND key_id = ?')
      .pluck();
  }

  /** Stores the metrics of an epoch or step, in place of those that it had before a resumed run repeated it. */
  save({ run, place, isRepeated }: RepeatedPlace, metrics: Metrics | undefined): void {
    if (isRepeated) for (const key of this.#forget.all({ run, place })) this.#noteStale(run, key);
    for (const [name, value] of valuesOf(this.#per, metrics)) {
      const key = this.#keyOf(name);
      if (place <= (this.#lastPlace.get(run, key) ?? -1)) this.#noteStale(run, key);
      this.#save.run({ run, key, place, value, nan_mask: nanMaskOf([value]) });
      if (this.#per === 'epoch' && !this.#isStale(run, key)) this.#stats.add({ run, key, epoch: place, value });
    }
  }

  /** Recomputes the statistics that later values of the same transaction would have made wrong: once, not for each value. */
  settle(): void {
    for (const [run, keys] of this.#stale) for (const key of keys) this.#countAgain(run, key);
    this.#stale.clear();
  }

  /** Forgets what a transaction that failed has left to settle. */
  begin(): void {
    this.#stale.clear();
  }

  #noteStale(run: number, key: number): void {
    if (this.#per !== 'epoch') return;
    const keys = this.#stale.get(run) ?? new Set();
    this.#stale.set(run, keys.add(key));
  }

  #isStale(run: number, key: number): boolean {
    return this.#stale.get(run)?.has(key) === true;
  }

  /** Recomputes the statistics: a row that was replaced may have been the first, the minimum or the maximum. */
  #countAgain(run: number, key: number): void {
    this.#stats.forget(run, key);
    for (const { place, value, nan_mask } of this.#points.all(run, key)) {
      this.#stats.add({ run, key, epoch: place, value: measured(value, nan_mask, 0) });
    }
  }

  /** Looks up the metrics of single epochs or steps of a run; undefined for one that has none. */
  reader(run: number): (place: number) => Metrics | undefined {
    const keys = this.#keysOf.all(run);
    return (place) => {
      const metrics: Metrics = {};
      for (const { id, name } of keys) {
        const row = this.#at.get(run, id, place);
        if (row !== undefined) addTo(metrics, name, measured(row.value, row.nan_mask, 0));
      }
      return Object.keys(metrics).length === 0 ? undefined : metrics;
    };
  }

  #keyOf(name: string): number {
    this.#addKey.run(name);
    return this.#key.get(name) ?? 0;
  }

  /** All metrics by epoch or step, as events carry them, including keys that belong to no series. */
  all(run: number): ReadonlyMap<number, Metrics> {
    const places = new Map<number, Metrics>();
    for (const { name, place, value, nan_mask } of this.#all.all(run)) {
      const metrics = places.get(place) ?? {};
      addTo(metrics, name, measured(value, nan_mask, 0));
      places.set(place, metrics);
    }
    return places;
  }
}

function valuesOf(per: Per, metrics: Metrics = {}): (readonly [name: string, value: number])[] {
  return Object.entries(metrics).flatMap(([key, value]) =>
    typeof value === 'number'
      ? [[metricName(per, key), value] as const]
      : value.flatMap((one, layer) => (one === null ? [] : [[metricName(per, key, layer), one] as const])),
  );
}

function addTo(metrics: Metrics, name: string, value: number): void {
  const key = name.split('/')[1];
  const layer = layerOfMetric(name);
  if (layer === null) {
    metrics[key] = value;
    return;
  }
  const layers = metrics[key];
  const known = Array.isArray(layers) ? layers : [];
  metrics[key] = Array.from({ length: Math.max(known.length, layer + 1) }, (_, index) =>
    index === layer ? value : (known[index] ?? null),
  );
}
