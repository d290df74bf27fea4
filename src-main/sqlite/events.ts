import type { Database } from 'better-sqlite3';
import { toJson } from '#core/numbers.ts';
import { type RunEvent, runEventSchema } from '#core/run-event.ts';
import { parse } from '#core/validation.ts';
import { UnreadableRows } from './unreadable-rows.ts';

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
  readonly #unreadable: UnreadableRows;

  constructor(database: Database) {
    this.#unreadable = UnreadableRows.of(database);
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
      const read = () => eventOf(runId, { seq, at, type, body });
      yield* this.#unreadable.readAll([seq], () => `Event ${seq} of run ${runId}`, read);
    }
  }
}

function eventOf(runId: string, { seq, at, type, body }: EventRow): RunEvent {
  const members: object = JSON.parse(body);
  return parse(runEventSchema, { type, seq, runId, at, ...members }, 'it');
}
