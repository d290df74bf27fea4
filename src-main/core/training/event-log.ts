import type { RunEvent, RunEventBody } from '#core/run-event.ts';
import type { KeptEvents, StoredEvent, StoredEvents } from './lost-events.ts';

/** Enough events to replace those that a host had not yet stored when it died. */
const KEPT_EVENTS = 100;

export interface EventLogOptions extends StoredEvents {
  readonly runId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly send: (event: RunEvent) => void;
}

/** Numbers the events of one run, and remembers the last ones for the checkpoint. */
export class EventLog {
  readonly #options: EventLogOptions;
  #seq: number;
  #recent: readonly RunEvent[] = [];
  /** The event before the recent ones. */
  #before: StoredEvent | null;

  constructor(options: EventLogOptions) {
    const { lastSeq, stored } = options;
    this.#options = options;
    this.#seq = lastSeq;
    this.#before = lastSeq === 0 ? null : (stored.at(-1) ?? { seq: lastSeq, at: 0 });
  }

  /** What a checkpoint keeps of the events so far. */
  get kept(): Required<KeptEvents> {
    return { recentEvents: this.#recent, before: this.#before };
  }

  emit(body: RunEventBody): void {
    this.#seq += 1;
    const event: RunEvent = { ...body, seq: this.#seq, runId: this.#options.runId, at: this.#options.now() };
    const [oldest] = this.#recent;
    if (oldest !== undefined && this.#recent.length === KEPT_EVENTS) {
      this.#before = { seq: oldest.seq, at: oldest.at };
      this.#recent = this.#recent.slice(1);
    }
    this.#recent = [...this.#recent, event];
    this.#options.send(event);
  }

  /** Reports events of a checkpoint again that the host has lost. */
  repeat(lost: readonly RunEvent[]): void {
    for (const { seq: _seq, runId: _runId, at: _at, ...body } of lost) this.emit(body);
  }
}
