import type { Database } from 'better-sqlite3';
import { toJson } from '#core/numbers.ts';
import { type RunEvent, runEventSchema } from '#core/run-event.ts';

interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly body: string;
}

/** The table events: the reports that have no table of their own. */
export class EventTable {
  readonly #save;
  readonly #all;

  constructor(database: Database) {
    this.#save = database.prepare<[EventRow & { readonly run: number }]>(`
      INSERT INTO events (run_id, seq, at, type, body) VALUES (@run, @seq, @at, @type, @body)`);
    this.#all = database.prepare<[number], EventRow>(
      'SELECT seq, at, type, body FROM events WHERE run_id = ? ORDER BY seq',
    );
  }

  save(run: number, { seq, at, type, runId: _, ...body }: RunEvent): void {
    this.#save.run({ run, seq, at, type, body: toJson(body) });
  }

  /** In order of seq, read one by one. */
  *events(run: number, runId: string): Generator<RunEvent> {
    for (const { seq, at, type, body } of this.#all.iterate(run)) {
      const members: object = JSON.parse(body);
      yield runEventSchema.parse({ type, seq, runId, at, ...members });
    }
  }
}
