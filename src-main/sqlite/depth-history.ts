import type { Database } from 'better-sqlite3';
import type { DepthChange } from '#core/policy/cost.ts';
import { depthChanges } from '#core/policy/cost.ts';

/** How the number of frozen layers of a run changed, from the tables freezes and unfreezes. */
export class DepthHistory {
  readonly #freezes;
  readonly #unfreezes;

  constructor(database: Database) {
    const stepsIn = (table: 'freezes' | 'unfreezes') =>
      database.prepare<[number], number>(`SELECT step FROM ${table} WHERE run_id = ?`).pluck();
    this.#freezes = stepsIn('freezes');
    this.#unfreezes = stepsIn('unfreezes');
  }

  of(run: number): readonly DepthChange[] {
    return depthChanges(this.#freezes.all(run), this.#unfreezes.all(run));
  }
}
