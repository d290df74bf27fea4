import type { Database, Statement } from 'better-sqlite3';
import type { CurveColumns } from '#core/analysis/curve-buckets.ts';
import type { Series } from '#core/series/series.ts';
import type { CurveSeries } from '#core/series/series-lists.ts';
import { seriesNamed } from '#core/series/series-lists.ts';
import { layerOfMetric, metricName } from './metrics.ts';
import { unpackRates } from './steps.ts';

/** `spent` is an epoch's training time in seconds or a sampled step's time in ms; `value` is NULL and `nan` not set without a value. */
type Row<Value> = [place: number, spent: number, value: Value, nan: number | null];
type Point = Row<number | null>;
/** Statements by the key of their series, prepared on first use. */
type Statements<Value> = Map<string, Statement<[Query], Row<Value>>>;

interface Query {
  readonly run: number;
  /** The name in metric_keys; unused where a dedicated table keeps the series. */
  readonly name: string;
}

interface LayerRows {
  readonly layer: number | null;
  readonly rows: readonly Point[];
}

export interface CurveRun {
  readonly id: number;
  readonly steps: number;
  readonly steps_per_epoch: number;
}

/** The points of a series, or of one layer where the series has a value per layer. */
export interface SeriesPoints {
  readonly layer: number | null;
  readonly points: CurveColumns;
}

const EPOCHS = 'SELECT epoch, training_seconds';
const STEPS = 'SELECT steps.step, wait_ms + step_ms + other_ms';

/** The points of curves, from the tables epochs, steps and metrics. Rows come as arrays: objects would take twice as long. */
export class CurveTable {
  readonly #database: Database;
  readonly #find;
  readonly #ends;
  readonly #layerNames;
  readonly #numbers: Statements<number | null> = new Map();
  readonly #blobs: Statements<Buffer> = new Map();

  constructor(database: Database) {
    this.#database = database;
    this.#find = database.prepare<[string], CurveRun>(
      'SELECT id, steps, steps_per_epoch FROM runs WHERE public_id = ?',
    );
    this.#ends = database
      .prepare<[number], [epoch: number, seconds: number]>(`${EPOCHS} FROM epochs WHERE run_id = ? ORDER BY epoch`)
      .raw();
    this.#layerNames = database
      .prepare<[string], string>("SELECT name FROM metric_keys WHERE name GLOB ? || '/*'")
      .pluck();
  }

  find(runId: string): CurveRun | undefined {
    return this.#find.get(runId);
  }

  /** One entry for a series with one value for the run; for a series of layers, one entry per layer that has points. */
  points(run: CurveRun, key: CurveSeries): readonly SeriesPoints[] {
    const series = seriesNamed(key);
    const pointsOf = series.per === 'epoch' ? epochPoints : this.#stepPoints(run);
    return this.#rowsOf(run, series).map(({ layer, rows }) => ({ layer, points: pointsOf(run, rows) }));
  }

  #rowsOf(run: CurveRun, series: Series): readonly LayerRows[] {
    const rows = (name: string) => this.#prepared(this.#numbers, series).all({ run: run.id, name });
    const name = metricName(series.per, series.key);
    if (series.of === 'run') return [{ layer: null, rows: rows(name) }];
    if (series.stored !== 'metrics') return layersOf(this.#prepared(this.#blobs, series).all({ run: run.id, name }));
    return this.#layerNames
      .all(name)
      .map((one) => ({ layer: layerOfMetric(one), rows: rows(one) }))
      .filter((one) => one.rows.some(hasValue))
      .sort((one, other) => Number(one.layer) - Number(other.layer));
  }

  #prepared<Value>(statements: Statements<Value>, series: Series): Statement<[Query], Row<Value>> {
    const known = statements.get(series.key);
    if (known !== undefined) return known;
    const statement = this.#database.prepare<[Query], Row<Value>>(sqlOf(series)).raw();
    statements.set(series.key, statement);
    return statement;
  }

  /** A step's point lies at the fraction of its epoch that is done: j steps are done when step j is sampled. */
  #stepPoints({ id }: CurveRun): typeof epochPoints {
    const ends = this.#ends.all(id);
    return (run, rows) => {
      const columns = new PointColumns(rows.length);
      const clock = new StepClock(run, ends);
      for (const row of rows) {
        const [step, ms, value] = row;
        const seconds = clock.secondsAt(step, ms);
        if (hasValue(row)) columns.push(step / run.steps_per_epoch, { step, seconds }, value ?? Number.NaN);
      }
      return columns.take();
    };
  }
}

/** The SQL of a series. Every epoch and every sampled step has its row, so that time adds up; its value may be missing. */
function sqlOf({ per, stored }: Series): string {
  const [start, table, place] = per === 'epoch' ? [EPOCHS, 'epochs', 'epoch'] : [STEPS, 'steps', 'steps.step'];
  const end = `WHERE ${table}.run_id = @run ORDER BY ${place}`;
  if (stored !== 'metrics') return `${start}, ${stored.column}, nan_mask & ${stored.nanBit} FROM ${table} ${end}`;
  return `${start}, value, metrics.nan_mask FROM ${table} LEFT JOIN metrics ON metrics.run_id = ${table}.run_id
    AND metrics.step = ${place} AND key_id = (SELECT id FROM metric_keys WHERE name = @name) ${end}`;
}

function hasValue([, , value, nan]: Point): boolean {
  return value !== null || Boolean(nan);
}

/** Splits rows by layer. A layer without a rate is frozen, so its curve has ended. */
function layersOf(rows: readonly Row<Buffer>[]): readonly LayerRows[] {
  const rates = rows.map(([, , bytes]) => unpackRates(bytes));
  return (rates[0] ?? []).map((_, layer) => ({
    layer,
    rows: rows.map(([step, ms], index): Point => [step, ms, rates[index][layer], 0]),
  }));
}

/** An epoch's point lies at its end; the last epoch of an equal-time baseline ends early. */
function epochPoints(run: CurveRun, rows: readonly Point[]): CurveColumns {
  const columns = new PointColumns(rows.length);
  let seconds = 0;
  for (const row of rows) {
    const [epoch, ofEpoch, value] = row;
    seconds += ofEpoch;
    const step = Math.min(epoch * run.steps_per_epoch, run.steps);
    if (hasValue(row)) columns.push(epoch, { step, seconds }, value ?? Number.NaN);
  }
  return columns.take();
}

/**
 * Tells the active training seconds at a step: linear between the ends of stored epochs; after the last of them, each sample's
 * time counts for all steps since the sample before it.
 */
class StepClock {
  readonly #ends: readonly { readonly step: number; readonly seconds: number }[];
  #at = 1;
  #beyond: { readonly step: number; readonly seconds: number };

  constructor(run: CurveRun, epochs: readonly (readonly [epoch: number, seconds: number])[]) {
    let seconds = 0;
    const ends = epochs.map(([epoch, ofEpoch]) => {
      seconds += ofEpoch;
      return { step: Math.min(epoch * run.steps_per_epoch, run.steps), seconds };
    });
    this.#ends = [{ step: 0, seconds: 0 }, ...ends];
    this.#beyond = this.#ends[this.#ends.length - 1];
  }

  /** The seconds at a step; steps must come in ascending order. */
  secondsAt(step: number, ms: number): number {
    while (this.#at < this.#ends.length && this.#ends[this.#at].step < step) this.#at++;
    if (this.#at >= this.#ends.length) return this.#secondsBeyond(step, ms);
    const [start, end] = [this.#ends[this.#at - 1], this.#ends[this.#at]];
    return start.seconds + ((step - start.step) / (end.step - start.step)) * (end.seconds - start.seconds);
  }

  #secondsBeyond(step: number, ms: number): number {
    this.#beyond = { step, seconds: this.#beyond.seconds + ((step - this.#beyond.step) * ms) / 1000 };
    return this.#beyond.seconds;
  }
}

class PointColumns {
  readonly #columns: CurveColumns;
  #count = 0;

  constructor(most: number) {
    const column = () => new Float64Array(most);
    this.#columns = { epoch: column(), step: column(), seconds: column(), value: column() };
  }

  push(epoch: number, at: { readonly step: number; readonly seconds: number }, value: number): void {
    const index = this.#count++;
    this.#columns.epoch[index] = epoch;
    this.#columns.step[index] = at.step;
    this.#columns.seconds[index] = at.seconds;
    this.#columns.value[index] = value;
  }

  take(): CurveColumns {
    const taken = (column: Float64Array) => column.subarray(0, this.#count);
    const { epoch, step, seconds, value } = this.#columns;
    return { epoch: taken(epoch), step: taken(step), seconds: taken(seconds), value: taken(value) };
  }
}
