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

const BYTES_A_DOUBLE = 8;

/** The table steps, and the rows of table metrics that belong to sampled steps. */
export class StepTable {
  readonly #save;
  readonly #bySeq;
  readonly #seq;
  readonly #metrics: MetricTable;

  constructor(database: Database) {
    this.#save = database.prepare<[StepRow & { readonly run: number }]>(`
      INSERT OR REPLACE INTO steps
        (run_id, step, seq, at, loss, nan_mask, wait_ms, step_ms, other_ms, learning_rates)
      VALUES (@run, @step, @seq, @at, @loss, @nan_mask, @wait_ms, @step_ms, @other_ms, @learning_rates)`);
    this.#bySeq = database.prepare<[number], StepRow>('SELECT * FROM steps WHERE run_id = ? ORDER BY seq');
    this.#seq = database
      .prepare<[number, number], number>('SELECT seq FROM steps WHERE run_id = ? AND step = ?')
      .pluck();
    this.#metrics = new MetricTable(database, 'step');
  }

  save(run: number, event: StepSampled): void {
    const isRepeated = this.seqOf(run, event.step) !== undefined;
    this.#save.run({ run, ...toRow(event) });
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

function toRow({ step, seq, at, loss, learningRates, ms }: StepSampled): StepRow {
  return {
    step,
    seq,
    at,
    loss,
    nan_mask: nanMaskOf([loss]),
    wait_ms: ms.wait,
    step_ms: ms.step,
    other_ms: ms.other,
    learning_rates: packRates(learningRates),
  };
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
