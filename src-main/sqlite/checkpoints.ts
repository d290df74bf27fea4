import type { Database } from 'better-sqlite3';
import type { CheckpointRecord } from '#core/records.ts';
import type { RunEventOf } from '#core/run-event.ts';
import type { PhaseColumns } from './phase-columns.ts';
import { phaseColumns, secondsOf } from './phase-columns.ts';

type CheckpointSaved = RunEventOf<'checkpoint.saved'>;

interface CheckpointRow extends PhaseColumns {
  readonly step: number;
  readonly seq: number;
  readonly at: number;
  readonly epoch: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** The table checkpoints. */
export class CheckpointTable {
  readonly #save;
  readonly #all;
  readonly #forget;
  readonly #bySeq;
  readonly #seq;

  constructor(database: Database) {
    this.#save = database.prepare<[CheckpointRow & { readonly run: number }]>(`
      INSERT OR REPLACE INTO checkpoints
        (run_id, step, seq, at, epoch, bytes, sha256, training_seconds, evaluation_seconds, checkpoint_seconds)
      VALUES (@run, @step, @seq, @at, @epoch, @bytes, @sha256, @training_seconds, @evaluation_seconds,
        @checkpoint_seconds)`);
    this.#all = database.prepare<[number], CheckpointRow>('SELECT * FROM checkpoints WHERE run_id = ? ORDER BY step');
    this.#forget = database.prepare<[number]>('DELETE FROM checkpoints WHERE run_id = ?');
    this.#bySeq = database.prepare<[number], CheckpointRow>('SELECT * FROM checkpoints WHERE run_id = ? ORDER BY seq');
    this.#seq = database
      .prepare<[number, number], number>('SELECT seq FROM checkpoints WHERE run_id = ? AND step = ?')
      .pluck();
  }

  /** Forgets them all: the run begins anew. */
  forget(run: number): void {
    this.#forget.run(run);
  }

  save(run: number, event: CheckpointSaved): void {
    this.#save.run({ run, ...toRow(event) });
  }

  /** The number of the event that a step has; undefined where it has none. */
  seqOf(run: number, step: number): number | undefined {
    return this.#seq.get(run, step);
  }

  all(run: number): readonly CheckpointRecord[] {
    return this.#all.all(run).map(({ step, seq, epoch, bytes, sha256, ...row }) => ({
      step,
      seq,
      epoch,
      bytes,
      sha256,
      seconds: secondsOf(row),
    }));
  }

  /** In order of seq, read one by one. */
  *events(run: number, runId: string): Generator<CheckpointSaved> {
    for (const row of this.#bySeq.iterate(run)) yield toEvent(row, runId);
  }
}

function toRow({ seconds, step, seq, at, epoch, bytes, sha256 }: CheckpointSaved): CheckpointRow {
  return {
    step,
    seq,
    at,
    epoch,
    bytes,
    sha256,
    ...phaseColumns(seconds),
  };
}

function toEvent({ step, seq, at, epoch, bytes, sha256, ...row }: CheckpointRow, runId: string): CheckpointSaved {
  return { type: 'checkpoint.saved', seq, runId, at, step, epoch, bytes, sha256, seconds: secondsOf(row) };
}
