import type { Database } from 'better-sqlite3';
import type { RunData } from '#core/data/run-data.ts';
import { AppError } from '#core/errors.ts';
import type { PhaseSeconds, RunEventOf } from '#core/run-event.ts';
import type { RunWeights } from '#core/weights/run-weights.ts';
import { EpochSums, type EpochTotals } from './epoch-sums.ts';
import { nanMaskOf } from './not-finite.ts';

/** What is needed to know about a run before an event of it is applied; it is kept while events are applied. */
export interface RunPosition {
  readonly id: number;
  lastSeq: number;
}

interface SecondsChange {
  readonly id: number;
  readonly at: number;
  readonly training: number;
  readonly evaluation: number;
  readonly checkpoint: number;
}

interface EpochEnd extends EpochTotals {
  readonly id: number;
  readonly at: number;
  readonly epoch: number;
  readonly frozenLayers: number;
}

interface TestResult {
  readonly id: number;
  readonly error: number;
  readonly loss: number | null;
  readonly mask: number;
}

const SECONDS = 'training_seconds, evaluation_seconds, checkpoint_seconds';

/** The columns of table runs that events change. */
export class RunRowUpdates {
  readonly #position;
  readonly #advance;
  readonly #recordData;
  readonly #recordWeights;
  readonly #start;
  readonly #finishEpoch;
  readonly #setSeconds;
  readonly #restoreSeconds;
  readonly #finish;
  readonly #sums: EpochSums;
  readonly #positions = new Map<string, RunPosition>();
  /** The moments of the last events of runs whose rows do not tell of them yet. */
  readonly #unstored = new Map<RunPosition, number>();

  constructor(database: Database) {
    this.#sums = new EpochSums(database);
    this.#position = database.prepare<[string], RunPosition>(
      'SELECT id, last_seq AS lastSeq FROM runs WHERE public_id = ?',
    );
    this.#advance = database.prepare<[number, number, number]>(
      'UPDATE runs SET last_seq = ?, last_event_at = ? WHERE id = ?',
    );
    this.#recordData = database.prepare<[string, number]>(
      'UPDATE runs SET data_sha256 = ? WHERE id = ? AND data_sha256 IS NULL',
    );
    this.#recordWeights = database.prepare<[string, number]>(
      'UPDATE runs SET weights_sha256 = ? WHERE id = ? AND weights_sha256 IS NULL',
    );
    this.#start = database.prepare<[{ readonly id: number; readonly at: number }]>(`
      UPDATE runs SET status = 'running', reason = NULL, queue_number = NULL, started_at = coalesce(started_at, @at),
        ended_at = NULL, seconds_at = @at
      WHERE id = @id`);
    this.#finishEpoch = database.prepare<[EpochEnd]>(`
      UPDATE runs SET epoch = @epoch, frozen_layers = @frozenLayers, seconds_at = @at,
        training_seconds = @training_seconds, evaluation_seconds = @evaluation_seconds,
        checkpoint_seconds = @checkpoint_seconds, other_load = @other_load, throttled_seconds = @throttled_seconds,
        thermal_throttles = @thermal_throttles, frequency_mhz = @frequency_mhz
      WHERE id = @id`);
    this.#setSeconds = database.prepare<[SecondsChange]>(`
      UPDATE runs SET training_seconds = @training, evaluation_seconds = @evaluation, checkpoint_seconds = @checkpoint,
        seconds_at = @at
      WHERE id = @id`);
    this.#restoreSeconds = database.prepare<[{ readonly id: number; readonly step: number }]>(`
      UPDATE runs SET (${SECONDS}) = (
        SELECT ${SECONDS} FROM checkpoints WHERE run_id = @id AND step = @step)
      WHERE id = @id AND EXISTS (SELECT 1 FROM checkpoints WHERE run_id = @id AND step = @step)`);
    this.#finish = database.prepare<[TestResult]>(
      'UPDATE runs SET test_error = @error, test_loss = @loss, nan_mask = @mask WHERE id = @id',
    );
  }

  positionOf(runId: string): RunPosition {
    const position = this.#positions.get(runId) ?? this.#position.get(runId);
    if (position === undefined)
      throw new AppError('not-found', `There is no run ${runId} to which the event could belong: add the run first.`);
    this.#positions.set(runId, position);
    return position;
  }

  /** Moves the run on; its row tells of it after `settle`, since one change for each event would take longer than all else. */
  advance(position: RunPosition, { seq, at }: { readonly seq: number; readonly at: number }): void {
    position.lastSeq = seq;
    this.#unstored.set(position, at);
  }

  /** Stores how far the runs are. */
  settle(): void {
    for (const [{ id, lastSeq }, at] of this.#unstored) this.#advance.run(lastSeq, at, id);
    this.#unstored.clear();
  }

  /** Records the data of a run of which they were not known. */
  recordData(id: number, data: RunData | null): void {
    if (data !== null) this.#recordData.run(data.sha256, id);
  }

  /** Records the weights of a run of which they were not known. */
  recordWeights(id: number, weights: RunWeights | null): void {
    if (weights !== null) this.#recordWeights.run(weights.sha256, id);
  }

  /** Marks the run as running, at its first start and at every resume. */
  start(id: number, at: number): void {
    this.#start.run({ id, at });
  }

  /** Sets the clock of a resumed run back to the checkpoint, so that repeated work counts once. */
  restoreSeconds(id: number, step: number): void {
    this.#restoreSeconds.run({ id, step });
  }

  /** Updates the run after the epoch's row has been stored. */
  finishEpoch(id: number, { at, epoch, frozenLayers }: RunEventOf<'epoch.finished'>): void {
    this.#finishEpoch.run({ id, at, epoch, frozenLayers, ...this.#sums.upTo(id, epoch) });
  }

  /** Forgets what was known in another transaction, which may have failed. */
  begin(): void {
    this.#sums.forget();
    this.#positions.clear();
    this.#unstored.clear();
  }

  setSeconds(id: number, at: number, seconds: PhaseSeconds): void {
    this.#setSeconds.run({ id, at, ...seconds });
  }

  finish(id: number, { at, testError, testLoss, seconds }: RunEventOf<'run.finished'>): void {
    this.#finish.run({ id, error: testError, loss: testLoss, mask: nanMaskOf([testError, testLoss]) });
    this.setSeconds(id, at, seconds);
  }
}
