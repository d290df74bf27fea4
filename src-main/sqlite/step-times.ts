import type { Database } from 'better-sqlite3';
import { bucketEnds } from '#core/analysis/curve-buckets.ts';
import { depthAt } from '#core/policy/cost.ts';
import type { StepTimes } from '#core/records.ts';
import { DepthHistory } from './depth-history.ts';

type StepRow = [step: number, wait: number, step_: number, other: number];

/** The times of sampled steps, from the tables steps, freezes and unfreezes. */
export class StepTimeTable {
  readonly #steps;
  readonly #history;

  constructor(database: Database) {
    this.#steps = database
      .prepare<[number], StepRow>('SELECT step, wait_ms, step_ms, other_ms FROM steps WHERE run_id = ? ORDER BY step')
      .raw();
    this.#history = new DepthHistory(database);
  }

  reduced(run: number, buckets: number): StepTimes {
    const rows = this.#steps.all(run);
    const ends = bucketEnds(rows.length, buckets);
    const step = ends.map((end) => rows[end - 1][0]);
    const meanOf = (column: 1 | 2 | 3) =>
      ends.map((end, bucket) => mean(rows, column, [bucket === 0 ? 0 : ends[bucket - 1], end]));
    const depths = this.#history.of(run);
    const frozenLayers = step.map((at) => depthAt(depths, at));
    return { step, waitMs: meanOf(1), stepMs: meanOf(2), otherMs: meanOf(3), frozenLayers };
  }
}

function mean(rows: readonly StepRow[], column: 1 | 2 | 3, [start, end]: readonly [number, number]): number {
  let sum = 0;
  for (let index = start; index < end; index++) sum += rows[index][column];
  return sum / (end - start);
}
