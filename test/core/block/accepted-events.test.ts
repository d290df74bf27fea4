import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AttemptEvents,
  acceptedEvents,
  type Beginning,
  beginningAfter,
  eventsOfText,
  highestSeq,
} from '#core/block/accepted-events.ts';
import { toJson } from '#core/numbers.ts';
import type { RunEvent, RunEventBody } from '#core/run-event.ts';
import { lostEvents } from '#core/training/lost-events.ts';
import { checkpointSaved, epochFinished, numbered, started } from '../../support/store-fixtures.ts';

const EPOCHS = 12;
const RUN = 'run-1';

interface MadeCheckpoint {
  readonly epoch: number;
  /** The events before it, as a real one keeps them. */
  readonly recentEvents: readonly RunEvent[];
}

/** What the attempts of a folder share. */
interface Shared {
  /** Epochs from one checkpoint to the next. */
  readonly every: number;
  readonly checkpoints: MadeCheckpoint[];
}

/** An attempt of a made-up trainer: reports whole lines, and half a line where it is killed in the midst of one. */
class Life {
  readonly attempt: number;
  readonly #beginning: Beginning;
  readonly #shared: Shared;
  readonly #waiting: RunEventBody[];
  readonly #events: RunEvent[];
  #text = '';
  #seq: number;
  #epoch: number;

  constructor(attempt: number, before: readonly AttemptEvents[], shared: Shared) {
    const [seen, lastSeq] = [acceptedEvents(before, 0), highestSeq(before)];
    this.attempt = attempt;
    this.#beginning = beginningAfter(before);
    this.#shared = shared;
    this.#events = [...seen];
    this.#seq = lastSeq;
    const [newest] = [...shared.checkpoints].sort((one, other) => other.epoch - one.epoch);
    this.#epoch = newest?.epoch ?? 0;
    const kept = { recentEvents: newest?.recentEvents ?? [], before: null };
    const lost = newest === undefined ? [] : (lostEvents(kept, { lastSeq, stored: seen }) ?? []);
    const goesOn = { type: 'run.resumed', step: this.#epoch * 20, reason: 'Goes on.' } as const;
    this.#waiting = [...lost, lastSeq === 0 ? started : goesOn];
  }

  get file(): AttemptEvents {
    return { attempt: this.attempt, beginning: this.#beginning, events: eventsOfText(this.#text) };
  }

  report(): void {
    if (this.#waiting.length === 0 && this.#epoch < EPOCHS) this.#train();
    const body = this.#waiting.shift();
    if (body === undefined) return;
    this.#seq += 1;
    const [event] = numbered(RUN, [body], this.#seq);
    this.#tell({ ...event, at: this.attempt * 1e6 + this.#seq });
  }

  tear(): void {
    this.#text += '{"type":"epoch.finished","se';
  }

  #train(): void {
    this.#epoch += 1;
    this.#waiting.push(epochFinished(this.#epoch));
    if (this.#epoch % this.#shared.every === 0) this.#waiting.push(checkpointSaved(this.#epoch * 20, this.#epoch));
  }

  #tell(event: RunEvent): void {
    if (event.type === 'checkpoint.saved') {
      this.#shared.checkpoints.push({ epoch: event.step / 20, recentEvents: [...this.#events] });
    }
    this.#events.push(event);
    this.#text += `${toJson(event)}\n`;
  }
}

/** Attempts one after the other in one folder, and a host that reads it now and then. */
class Folder {
  readonly stored: RunEvent[] = [];
  readonly #shared: Shared;
  readonly #lives: Life[] = [];
  /** Whether the attempt before the newest one lives on unknown, as on a node that was taken for lost. */
  #isOldAlive = false;

  constructor(every: number) {
    this.#shared = { every, checkpoints: [] };
    this.begin(false);
  }

  get files(): readonly AttemptEvents[] {
    return this.#lives.map((life) => life.file);
  }

  /** What the host does not have yet. */
  get news(): readonly RunEvent[] {
    return acceptedEvents(this.files, this.stored.at(-1)?.seq ?? 0);
  }

  read(): void {
    this.stored.push(...this.news);
  }

  report(): void {
    this.#lives.at(-1)?.report();
  }

  oldReports(): void {
    if (this.#isOldAlive) this.#lives.at(-2)?.report();
  }

  begin(isOldAlive: boolean): void {
    if (!isOldAlive) this.#lives.at(-1)?.tear();
    this.#lives.push(new Life(this.#lives.length + 1, this.files, this.#shared));
    this.#isOldAlive = isOldAlive;
  }
}

const OPERATIONS: Readonly<Record<string, (folder: Folder) => void>> = {
  report: (folder) => folder.report(),
  'the old one reports': (folder) => folder.oldReports(),
  read: (folder) => folder.read(),
  'taken for lost': (folder) => folder.begin(true),
  killed: (folder) => folder.begin(false),
};

describe('the events of all attempts', () => {
  it('are one stream in which no epoch is lost, however attempts die, live on and are read', () => {
    const operation = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('report', 'the old one reports') },
      fc.constantFrom(...Object.keys(OPERATIONS)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(operation, { maxLength: 120 }), (every, operations) => {
        const folder = new Folder(every);
        for (const name of operations) OPERATIONS[name](folder);
        for (let time = 0; time < 6 * EPOCHS; time++) folder.report();
        folder.read();
        const { stored } = folder;
        expect(stored.every(({ seq }, index) => index === 0 || seq > stored[index - 1].seq)).toBe(true);
        const epochs = stored.flatMap((event) => (event.type === 'epoch.finished' ? [event.epoch] : []));
        expect(new Set(epochs)).toEqual(new Set(Array.from({ length: EPOCHS }, (_, index) => index + 1)));
        expect(folder.news).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('end at the first line that is not whole', () => {
    const [first, second] = numbered(RUN, [started, epochFinished(1)]).map((event) => toJson(event));
    expect(eventsOfText('')).toEqual([]);
    expect(eventsOfText(`${first}`)).toEqual([]);
    expect(eventsOfText(`${first}\n${second}`)).toMatchObject([{ seq: 1 }]);
    expect(eventsOfText(`${first}\n{"type":"epo\n${second}\n`)).toMatchObject([{ seq: 1 }]);
    expect(eventsOfText(`${first}\n${second}\n`)).toMatchObject([{ seq: 1 }, { seq: 2 }]);
  });

  it('leave out what the run had reported before it came into the block', () => {
    const events = numbered(RUN, [started, epochFinished(1), epochFinished(2)]);
    expect(acceptedEvents([{ attempt: 1, beginning: null, events }], 2)).toEqual(events.slice(2));
  });
});
