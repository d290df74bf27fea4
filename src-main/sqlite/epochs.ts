import type { Database } from 'better-sqlite3';
import type { EpochRecord } from '#core/records.ts';
import type { Metrics, RunEventOf } from '#core/run-event.ts';
import type { ConditionColumns } from './condition-columns.ts';
import { conditionColumns, conditionsOf } from './condition-columns.ts';
import { MetricTable } from './metrics.ts';
import { measured, nanMaskOf } from './not-finite.ts';
import type { PhaseColumns } from './phase-columns.ts';
import { phaseColumns, secondsOf } from './phase-columns.ts';
import type { StatsPoint } from './series-stats.ts';
import { SeriesStats } from './series-stats.ts';

type EpochFinished = RunEventOf<'epoch.finished'>;

interface EpochRow extends PhaseColumns, ConditionColumns {
  readonly epoch: number;
  readonly seq: number;
  readonly at: number;
  /** NULL only if the loss is NaN. */
  readonly train_loss: number;
  readonly validation_loss: number | null;
  readonly validation_error: number | null;
  readonly nan_mask: number;
  readonly frozen_layers: number;
}

/** The series of an epoch, in the order of their bits in nan_mask; their ids in metric_keys are 1, 2, 3. */
const SERIES = ['train_loss', 'validation_loss', 'validation_error'] as const;
const KEYS = SERIES.map((_, index) => index + 1);

/** The table epochs, and the rows of run_stats and metrics that belong to epochs: the statistics always agree with the rows. */
export class EpochTable {
  readonly #last;
  readonly #save;
  readonly #all;
  readonly #bySeq;
  readonly #seq;
  readonly #stats: SeriesStats;
  /** The runs whose statistics are to be recomputed. */
  readonly #stale = new Set<number>();
  readonly #metrics: MetricTable;

  constructor(database: Database) {
    this.#last = database.prepare<[number], number | null>('SELECT max(epoch) FROM epochs WHERE run_id = ?').pluck();
    this.#save = database.prepare<[EpochRow & { readonly run: number }]>(`
      INSERT OR REPLACE INTO epochs (run_id, epoch, seq, at, train_loss, validation_loss, validation_error, nan_mask,
        frozen_layers, training_seconds, evaluation_seconds, checkpoint_seconds, other_load, throttled_seconds,
        thermal_throttles, frequency_mhz)
      VALUES (@run, @epoch, @seq, @at, @train_loss, @validation_loss, @validation_error, @nan_mask,
        @frozen_layers, @training_seconds, @evaluation_seconds, @checkpoint_seconds, @other_load, @throttled_seconds,
        @thermal_throttles, @frequency_mhz)`);
    this.#all = database.prepare<[number], EpochRow>('SELECT * FROM epochs WHERE run_id = ? ORDER BY epoch');
    this.#bySeq = database.prepare<[number], EpochRow>('SELECT * FROM epochs WHERE run_id = ? ORDER BY seq');
    this.#seq = database
      .prepare<[number, number], number>('SELECT seq FROM epochs WHERE run_id = ? AND epoch = ?')
      .pluck();
    this.#stats = new SeriesStats(database);
    this.#metrics = new MetricTable(database, 'epoch');
  }

  save(run: number, event: EpochFinished): void {
    const row = toRow(event);
    if (row.epoch <= (this.#last.get(run) ?? 0)) this.#stale.add(run);
    const isRepeated = this.seqOf(run, event.epoch) !== undefined;
    this.#save.run({ run, ...row });
    if (!this.#stale.has(run)) this.#count(run, row);
    this.#metrics.save({ run, place: event.epoch, isRepeated }, event.metrics);
  }

  /** The number of the event that an epoch has; undefined where it has none. */
  seqOf(run: number, epoch: number): number | undefined {
    return this.#seq.get(run, epoch);
  }

  /** Forgets what a transaction that failed has left to settle. */
  begin(): void {
    this.#stale.clear();
    this.#metrics.begin();
  }

  /** Recomputes the statistics where epochs came again or out of order: once, not for each of them. */
  settle(): void {
    for (const run of this.#stale) this.#countAgain(run);
    this.#stale.clear();
    this.#metrics.settle();
  }

  /** A row that was replaced may have been the first, the minimum or the maximum. */
  #countAgain(run: number): void {
    for (const key of KEYS) this.#stats.forget(run, key);
    for (const row of this.#all.all(run)) this.#count(run, row);
  }

  #count(run: number, row: EpochRow): void {
    for (const point of pointsOf(run, row)) this.#stats.add(point);
  }

  all(run: number): readonly EpochRecord[] {
    const metrics = this.#metrics.all(run);
    return this.#all.all(run).map((row) => toRecord(row, metrics.get(row.epoch)));
  }

  /** In order of seq, read one by one. */
  *events(run: number, runId: string): Generator<EpochFinished> {
    const metricsAt = this.#metrics.reader(run);
    for (const row of this.#bySeq.iterate(run)) {
      const { seq, at, epoch } = row;
      yield { type: 'epoch.finished', seq, runId, at, ...toRecord(row, metricsAt(epoch)) };
    }
  }
}

/** The known values of an epoch. */
function pointsOf(run: number, row: EpochRow): readonly StatsPoint[] {
  return SERIES.flatMap((name, index) => {
    const value = measured(row[name], row.nan_mask, index);
    return value === null ? [] : [{ run, key: KEYS[index], epoch: row.epoch, value }];
  });
}

function toRow({ trainLoss, validationLoss, validationError, seconds, ...event }: EpochFinished): EpochRow {
  return {
    epoch: event.epoch,
    seq: event.seq,
    at: event.at,
    train_loss: trainLoss,
    validation_loss: validationLoss,
    validation_error: validationError,
    nan_mask: nanMaskOf([trainLoss, validationLoss, validationError]),
    frozen_layers: event.frozenLayers,
    ...phaseColumns(seconds),
    ...conditionColumns(event.conditions),
  };
}

function toRecord(row: EpochRow, metrics: Metrics | undefined): EpochRecord {
  return {
    epoch: row.epoch,
    trainLoss: measured(row.train_loss, row.nan_mask, 0),
    validationLoss: measured(row.validation_loss, row.nan_mask, 1),
    validationError: measured(row.validation_error, row.nan_mask, 2),
    frozenLayers: row.frozen_layers,
    seconds: secondsOf(row),
    conditions: conditionsOf(row),
    ...(metrics && { metrics }),
  };
}
