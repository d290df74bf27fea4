import type { Database } from 'better-sqlite3';
import { AppError } from '#core/errors.ts';

/** What the specs of runs may name, and what runs do with it. */
const USES = {
  dataset: { place: '$.dataset', verb: 'trains on' },
  weights: { place: '$.weights.name', verb: 'trains from' },
} as const;

/** Keeps what people added, under its name, for the runs of this home that still need it. */
export class NamedUse {
  readonly #verb: string;
  readonly #user;

  constructor(database: Database, use: keyof typeof USES) {
    const { place, verb } = USES[use];
    this.#verb = verb;
    this.#user = database
      .prepare<[string], string>(`
      SELECT public_id FROM runs WHERE status IN ('queued', 'running') AND deleted_at IS NULL AND NOT imported
        AND spec ->> '${place}' = ? LIMIT 1`)
      .pluck();
  }

  /** Throws 'conflict' where a run that trains or waits names it. */
  refuseWhileUsed(name: string): void {
    const user = this.#user.get(name);
    if (user === undefined) return;
    throw new AppError(
      'conflict',
      `The run ${user} ${this.#verb} ${name} or waits to do so: stop or delete the run first.`,
    );
  }
}
