import type { Database } from 'better-sqlite3';
import type { EpochRecord } from '#core/records.ts';
import type { RunEventOf } from '#core/run-event.ts';
import type { ConditionColumns } from './condition-columns.ts';
import { conditionColumns, conditionsOf } from './condition-columns.ts';
import { measured, nanMaskOf } from './not-finite.ts';
import type { PhaseColumns } from './phase-columns.ts';
import { phaseColumns, secondsOf } from './phase-columns.ts';

type EpochFinished = RunEventOf<'epoch.finished'>;

interface EpochRow extends PhaseColumns, ConditionColumns {
  readonly epoch: number;
  readonly seq: number;
  readonly at: number;
  /** NULL only where it is NaN. */
  readonly train_loss: number;
  readonly validation_loss: number | null;
  readonly validation_error: number | null;
  readonly nan_mask: number;
  readonly frozen_layers: number;
}

/** The series of an epoch, in the order of their bits in nan_mask; metric_keys numbers them 1, 2, 3. */
const SERIES = ['train_loss', 'validation_loss', 'validation_error'] as const;

interface Point {
  readonly run: number;
  readonly key: number;
  readonly step: number;
  readonly value: number;
  /** NULL for NaN, which is no minimum and no maximum. */
  readonly orderedStep: number | null;
  readonly mask: number;
}

/** The tables epochs and run_stats: the second always says what the first holds. */
export class EpochTable {
  readonly #last;
  readonly #save;
  readonly #forgetStats;
  readonly #addToStats;
  readonly #all;

  constructor(database: Database) {
    this.#last = database.prepare<[number], number | null>('SELECT max(epoch) FROM epochs WHERE run_id = ?').pluck();
    this.#save = database.prepare<[EpochRow & { readonly run: number }]>(`
      INSERT OR REPLACE INTO epochs (run_id, epoch, seq, at, train_loss, validation_loss, validation_error, nan_mask,
        frozen_layers, training_seconds, evaluation_seconds, checkpoint_seconds, other_load, throttled_seconds,
        thermal_throttles, frequency_mhz)
      VALUES (@run, @epoch, @seq, @at, @train_loss, @validation_loss, @validation_error, @nan_mask,
        @frozen_layers, @training_seconds, @evaluation_seconds, @checkpoint_seconds, @other_load, @throttled_seconds,
        @thermal_throttles, @frequency_mhz)`);
    this.#forgetStats = database.prepare<[number]>('DELETE FROM run_stats WHERE run_id = ? AND key_id IN (1, 2, 3)');
    this.#addToStats = database.prepare<[Point]>(`
      INSERT INTO run_stats
        (run_id, key_id, first, first_step, last, last_step, min, min_step, max, max_step, nan_mask)
      VALUES (@run, @key, @value, @step, @value, @step, @value, @orderedStep, @value, @orderedStep, @mask)
      ON CONFLICT (run_id, key_id) DO UPDATE SET
        last = excluded.last, last_step = excluded.last_step, nan_mask = (nan_mask & 1) | (excluded.nan_mask & 2),
        min = iif(min IS NULL OR excluded.min < min, excluded.min, min),
        min_step = iif(min IS NULL OR excluded.min < min, excluded.min_step, min_step),
        max = iif(max IS NULL OR excluded.max > max, excluded.max, max),
        max_step = iif(max IS NULL OR excluded.max > max, excluded.max_step, max_step)`);
    this.#all = database.prepare<[number], EpochRow>('SELECT * FROM epochs WHERE run_id = ? ORDER BY epoch');
  }

  save(run: number, event: EpochFinished): void {
    const row = toRow(event);
    const isNext = row.epoch > (this.#last.get(run) ?? 0);
    this.#save.run({ run, ...row });
    if (isNext) this.#count(run, row);
    else this.#countAgain(run);
  }

  /** A row that was replaced may have been the first, the minimum or the maximum. */
  #countAgain(run: number): void {
    this.#forgetStats.run(run);
    for (const row of this.#all.all(run)) this.#count(run, row);
  }

  #count(run: number, row: EpochRow): void {
    for (const point of pointsOf(run, row)) this.#addToStats.run(point);
  }

  all(run: number): readonly EpochRecord[] {
    return this.#all.all(run).map(toRecord);
  }

  events(run: number, runId: string): readonly EpochFinished[] {
    return this.#all
      .all(run)
      .map((row) => ({ type: 'epoch.finished', seq: row.seq, runId, at: row.at, ...toRecord(row) }));
  }
}

/** The values that are known. */
function pointsOf(run: number, row: EpochRow): readonly Point[] {
  return SERIES.flatMap((name, index) => {
    const value = measured(row[name], row.nan_mask, index);
    if (value === null) return [];
    const point = { run, key: index + 1, step: row.epoch, value };
    return [
      Number.isNaN(value) ? { ...point, orderedStep: null, mask: 3 } : { ...point, orderedStep: row.epoch, mask: 0 },
    ];
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

function toRecord(row: EpochRow): EpochRecord {
  return {
    epoch: row.epoch,
    trainLoss: measured(row.train_loss, row.nan_mask, 0),
    validationLoss: measured(row.validation_loss, row.nan_mask, 1),
    validationError: measured(row.validation_error, row.nan_mask, 2),
    frozenLayers: row.frozen_layers,
    seconds: secondsOf(row),
    conditions: conditionsOf(row),
  };
}
