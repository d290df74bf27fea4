import type { Database } from 'better-sqlite3';
import type { CurveColumns } from '#core/analysis/curve-buckets.ts';
import type { CurveSeries } from '#core/records.ts';

type EpochSeriesName = Exclude<CurveSeries, 'stepLoss'>;

/** The column of each series of epochs, and its bit in nan_mask. */
const COLUMNS: Readonly<Record<EpochSeriesName, readonly [column: string, bit: number]>> = {
  trainLoss: ['train_loss', 1],
  validationLoss: ['validation_loss', 2],
  validationError: ['validation_error', 4],
  epochSeconds: ['training_seconds', 0],
};

type EpochPoint = [epoch: number, seconds: number, value: number | null, nan: number];
type StepPoint = [step: number, loss: number | null, ms: number];

export interface CurveRun {
  readonly id: number;
  readonly steps: number;
  readonly steps_per_epoch: number;
}

/** The points of curves, from the tables epochs and steps. Rows come as arrays: objects would take twice as long. */
export class CurveTable {
  readonly #find;
  readonly #epochs;
  readonly #steps;

  constructor(database: Database) {
    this.#find = database.prepare<[string], CurveRun>(
      'SELECT id, steps, steps_per_epoch FROM runs WHERE public_id = ?',
    );
    const ofEpochs = (series: EpochSeriesName) => {
      const [column, bit] = COLUMNS[series];
      return database
        .prepare<[number], EpochPoint>(`
        SELECT epoch, training_seconds, ${column}, nan_mask & ${bit} FROM epochs WHERE run_id = ? ORDER BY epoch`)
        .raw();
    };
    this.#epochs = {
      trainLoss: ofEpochs('trainLoss'),
      validationLoss: ofEpochs('validationLoss'),
      validationError: ofEpochs('validationError'),
      epochSeconds: ofEpochs('epochSeconds'),
    };
    this.#steps = database
      .prepare<[number], StepPoint>(
        'SELECT step, loss, wait_ms + step_ms + other_ms FROM steps WHERE run_id = ? ORDER BY step',
      )
      .raw();
  }

  find(runId: string): CurveRun | undefined {
    return this.#find.get(runId);
  }

  points(run: CurveRun, series: CurveSeries): CurveColumns {
    return series === 'stepLoss' ? this.#stepPoints(run) : this.#epochPoints(run, series);
  }

  /** An epoch's point lies at its end; the last epoch of an equal-time baseline ends early. */
  #epochPoints(run: CurveRun, series: EpochSeriesName): CurveColumns {
    const rows = this.#epochs[series].all(run.id);
    const columns = new PointColumns(rows.length);
    let seconds = 0;
    for (const [epoch, ofEpoch, value, nan] of rows) {
      seconds += ofEpoch;
      if (value === null && nan === 0) continue;
      const step = Math.min(epoch * run.steps_per_epoch, run.steps);
      columns.push(epoch, { step, seconds }, value ?? Number.NaN);
    }
    return columns.take();
  }

  /** A step's point lies where its epoch has got to: j steps are done when step j is sampled. */
  #stepPoints(run: CurveRun): CurveColumns {
    const rows = this.#steps.all(run.id);
    const columns = new PointColumns(rows.length);
    const clock = new StepClock(run, this.#epochs.epochSeconds.all(run.id));
    for (const [step, loss, ms] of rows) {
      const seconds = clock.secondsAt(step, ms);
      columns.push(step / run.steps_per_epoch, { step, seconds }, loss ?? Number.NaN);
    }
    return columns.take();
  }
}

/**
 * Active training seconds at a step: linear between the ends of stored epochs; behind the last of them each sample's time
 * stands for the steps since the sample before it.
 */
class StepClock {
  readonly #ends: readonly { readonly step: number; readonly seconds: number }[];
  #at = 1;
  #beyond: { readonly step: number; readonly seconds: number };

  constructor(run: CurveRun, epochs: readonly EpochPoint[]) {
    let seconds = 0;
    const ends = epochs.map(([epoch, ofEpoch]) => {
      seconds += ofEpoch;
      return { step: Math.min(epoch * run.steps_per_epoch, run.steps), seconds };
    });
    this.#ends = [{ step: 0, seconds: 0 }, ...ends];
    this.#beyond = this.#ends[this.#ends.length - 1];
  }

  /** In ascending order of the steps. */
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
