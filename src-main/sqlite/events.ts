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

  events(run: number, runId: string): readonly RunEvent[] {
    return this.#all.all(run).map(({ seq, at, type, body }) => {
      const members: object = JSON.parse(body);
      return runEventSchema.parse({ type, seq, runId, at, ...members });
    });
  }
}
