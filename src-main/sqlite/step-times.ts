import type { Database } from 'better-sqlite3';
import { bucketEnds } from '#core/analysis/curve-buckets.ts';
import type { StepTimes } from '#core/records.ts';

type StepRow = [step: number, wait: number, step_: number, other: number];

/** The times of sampled steps, from the tables steps and freezes. */
export class StepTimeTable {
  readonly #steps;
  readonly #freezes;

  constructor(database: Database) {
    this.#steps = database
      .prepare<[number], StepRow>('SELECT step, wait_ms, step_ms, other_ms FROM steps WHERE run_id = ? ORDER BY step')
      .raw();
    this.#freezes = database
      .prepare<[number], number>('SELECT step FROM freezes WHERE run_id = ? ORDER BY step')
      .pluck();
  }

  reduced(run: number, buckets: number): StepTimes {
    const rows = this.#steps.all(run);
    const ends = bucketEnds(rows.length, buckets);
    const step = ends.map((end) => rows[end - 1][0]);
    const meanOf = (column: 1 | 2 | 3) =>
      ends.map((end, bucket) => mean(rows, column, [bucket === 0 ? 0 : ends[bucket - 1], end]));
    const frozenLayers = countsUpTo(step, this.#freezes.all(run));
    return { step, waitMs: meanOf(1), stepMs: meanOf(2), otherMs: meanOf(3), frozenLayers };
  }
}

function mean(rows: readonly StepRow[], column: 1 | 2 | 3, [start, end]: readonly [number, number]): number {
  let sum = 0;
  for (let index = start; index < end; index++) sum += rows[index][column];
  return sum / (end - start);
}

/** For each of the ascending `steps`, how many of the ascending `freezes` happened up to that step. */
export function countsUpTo(steps: readonly number[], freezes: readonly number[]): number[] {
  let count = 0;
  return steps.map((step) => {
    while (count < freezes.length && freezes[count] <= step) count++;
    return count;
  });
}
