import type { Database } from 'better-sqlite3';
import type { RunEventOf } from '#core/run-event.ts';
import { MetricTable } from './metrics.ts';
import { measured, nanMaskOf } from './not-finite.ts';

type StepSampled = RunEventOf<'step.sampled'>;

interface StepRow {
  readonly step: number;
  readonly seq: number;
  readonly at: number;
  /** NULL only if the loss is NaN. */
  readonly loss: number;
  readonly nan_mask: number;
  readonly wait_ms: number;
  readonly step_ms: number;
  readonly other_ms: number;
  readonly learning_rates: Buffer;
}

/** The values of a row in the order of its columns. */
type StepValues = [run: number, ...numbers: number[], learningRates: Buffer];

const BYTES_A_DOUBLE = 8;

/** The table steps, and the rows of table metrics that belong to sampled steps. */
export class StepTable {
  readonly #save;
  readonly #bySeq;
  readonly #seq;
  readonly #last;
  readonly #metrics: MetricTable;
  /** The last step of each run, while events are applied. */
  readonly #lastSteps = new Map<number, number>();

  constructor(database: Database) {
    this.#save = database.prepare<StepValues>(`
      INSERT OR REPLACE INTO steps
        (run_id, step, seq, at, loss, nan_mask, wait_ms, step_ms, other_ms, learning_rates)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#bySeq = database.prepare<[number], StepRow>('SELECT * FROM steps WHERE run_id = ? ORDER BY seq');
    this.#seq = database
      .prepare<[number, number], number>('SELECT seq FROM steps WHERE run_id = ? AND step = ?')
      .pluck();
    this.#last = database.prepare<[number], number | null>('SELECT max(step) FROM steps WHERE run_id = ?').pluck();
    this.#metrics = new MetricTable(database, 'step');
  }

  /** Forgets what was known in another transaction, which may have failed. */
  begin(): void {
    this.#lastSteps.clear();
  }

  save(run: number, event: StepSampled): void {
    const last = this.#lastSteps.get(run) ?? this.#last.get(run) ?? -1;
    const isRepeated = event.step <= last && this.seqOf(run, event.step) !== undefined;
    this.#save.run(...valuesOf(run, event));
    this.#lastSteps.set(run, Math.max(last, event.step));
    this.#metrics.save({ run, place: event.step, isRepeated }, event.metrics);
  }

  /** The number of the event that a step has; undefined where it has none. */
  seqOf(run: number, step: number): number | undefined {
    return this.#seq.get(run, step);
  }

  /** In order of seq, read one by one. */
  *events(run: number, runId: string): Generator<StepSampled> {
    const metricsAt = this.#metrics.reader(run);
    for (const row of this.#bySeq.iterate(run)) {
      const metrics = metricsAt(row.step);
      yield {
        type: 'step.sampled',
        seq: row.seq,
        runId,
        at: row.at,
        step: row.step,
        loss: measured(row.loss, row.nan_mask, 0),
        learningRates: unpackRates(row.learning_rates),
        ms: { wait: row.wait_ms, step: row.step_ms, other: row.other_ms },
        ...(metrics && { metrics }),
      };
    }
  }
}

/** In the order of the columns: by their names, binding would take as long as storing. */
function valuesOf(run: number, { step, seq, at, loss, learningRates, ms }: StepSampled): StepValues {
  return [run, step, seq, at, loss, nanMaskOf([loss]), ms.wait, ms.step, ms.other, packRates(learningRates)];
}

/** Packs the rates as little-endian doubles, one per layer, with NaN for the null of a frozen layer. */
function packRates(rates: StepSampled['learningRates']): Buffer {
  const bytes = Buffer.alloc(rates.length * BYTES_A_DOUBLE);
  for (const [layer, rate] of rates.entries()) bytes.writeDoubleLE(rate ?? Number.NaN, layer * BYTES_A_DOUBLE);
  return bytes;
}

export function unpackRates(bytes: Buffer): (number | null)[] {
  return Array.from({ length: bytes.length / BYTES_A_DOUBLE }, (_, layer) => {
    const rate = bytes.readDoubleLE(layer * BYTES_A_DOUBLE);
    return Number.isNaN(rate) ? null : rate;
  });
}
