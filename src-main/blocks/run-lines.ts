import { join } from 'node:path';
import { acceptedEvents, type Beginning, beginningSchema } from '#core/block/accepted-events.ts';
import { attemptsAtRun, beginningFile, eventsFile } from '#core/block/attempt-files.ts';
import type { RunEvent } from '#core/run-event.ts';
import { eventsIn } from './event-lines.ts';
import { readProtocolFile } from './protocol-file.ts';
import { namesIn } from './run-reports.ts';

/** What was read of an attempt at the run. */
interface ReadAttempt {
  readonly attempt: number;
  beginning: Beginning | null;
  /** Where the first line begins that was not whole yet, or no event. */
  offset: number;
  /** Events that have not been told. */
  events: readonly RunEvent[];
}

/**
 * The events of a run of a block, read while its attempts write them. Files are opened anew and read behind what was read: on a network's disk
 * that shows what another node has written, where the size of a file may be an old one.
 */
export class RunLines {
  readonly runId: string;
  readonly #folder: string;
  readonly #attempts = new Map<number, ReadAttempt>();
  #lastSeq: number;

  constructor(folder: string, runId: string, lastSeq: number) {
    this.#folder = folder;
    this.runId = runId;
    this.#lastSeq = lastSeq;
  }

  /** Reads what is new. */
  async read(): Promise<void> {
    for (const attempt of attemptsAtRun(await namesIn(this.#folder))) {
      const known = this.#attempts.get(attempt) ?? { attempt, beginning: null, offset: 0, events: [] };
      this.#attempts.set(attempt, known);
      known.beginning ??= await readProtocolFile(join(this.#folder, beginningFile(attempt)), beginningSchema);
      await readMore(known, join(this.#folder, eventsFile(attempt)));
    }
  }

  /**
   * The events that count of what was read, from now on told. `newest` is the newest attempt at the block, looked for after `read`: until it
   * says from where it goes on with this run, nobody knows what of the older ones counts.
   */
  news(newest: number): readonly RunEvent[] {
    const isSaid = newest === 0 || (this.#attempts.get(newest)?.beginning ?? null) !== null;
    return isSaid ? this.allNews() : [];
  }

  /** All that counts of what was read, once no attempt will come any more. */
  allNews(): readonly RunEvent[] {
    const accepted = acceptedEvents([...this.#attempts.values()], this.#lastSeq);
    const last = accepted.at(-1);
    if (last === undefined) return [];
    this.#lastSeq = last.seq;
    for (const one of this.#attempts.values()) one.events = one.events.filter(({ seq }) => seq > last.seq);
    return accepted;
  }
}

/** Reads the events whose lines are whole by now. */
async function readMore(known: ReadAttempt, path: string): Promise<void> {
  for await (const { events, end } of eventsIn(path, known.offset)) {
    known.events = [...known.events, ...events];
    known.offset = end;
  }
}
