import type { Database } from 'better-sqlite3';
import type { SegmentRecord } from '#core/records.ts';

/** The table run_segments. */
export class SegmentTable {
  readonly #open;
  readonly #close;
  readonly #reopen;
  readonly #all;

  constructor(database: Database) {
    this.#open = database.prepare<[{ readonly run: number; readonly at: number }]>(`
      INSERT INTO run_segments (run_id, number, started_at)
      SELECT @run, coalesce(max(number), 0) + 1, @at FROM run_segments WHERE run_id = @run
      HAVING NOT EXISTS (SELECT 1 FROM run_segments WHERE run_id = @run AND ended_at IS NULL)`);
    this.#close = database.prepare<[number, string, number]>(`
      UPDATE run_segments SET ended_at = ?, reason = ? WHERE run_id = ? AND ended_at IS NULL`);
    this.#reopen = database.prepare<[{ readonly run: number; readonly reason: string }]>(`
      UPDATE run_segments SET ended_at = NULL, reason = NULL
      WHERE run_id = @run AND reason = @reason
        AND number = (SELECT max(number) FROM run_segments WHERE run_id = @run)`);
    this.#all = database.prepare<[number], SegmentRecord>(`
      SELECT started_at AS startedAt, ended_at AS endedAt, reason FROM run_segments WHERE run_id = ? ORDER BY number`);
  }

  /** Opens a segment unless one is open: a resumed trainer may report both its start and the resume. */
  open(run: number, at: number): void {
    this.#open.run({ run, at });
  }

  close(run: number, at: number, reason: string): void {
    this.#close.run(at, reason, run);
  }

  /** Opens the last segment again, if it was closed for this reason. */
  reopen(run: number, reason: string): void {
    this.#reopen.run({ run, reason });
  }

  all(run: number): readonly SegmentRecord[] {
    return this.#all.all(run);
  }
}
