import type { RunEvent, RunEventBody } from '#core/run-event.ts';

/** Enough events to replace those that a host had not yet stored when it died. */
const KEPT_EVENTS = 100;

export interface EventLogOptions {
  readonly runId: string;
  /** Number of the last event that the host has stored. */
  readonly lastSeq: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly send: (event: RunEvent) => void;
}

/** Numbers the events of one run, and remembers the last ones for the checkpoint. */
export class EventLog {
  readonly #options: EventLogOptions;
  readonly #lastSeqAtStart: number;
  #seq: number;
  #recent: RunEvent[] = [];

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#lastSeqAtStart = options.lastSeq;
    this.#seq = options.lastSeq;
  }

  get recent(): readonly RunEvent[] {
    return this.#recent;
  }

  emit(body: RunEventBody): void {
    this.#seq += 1;
    const event: RunEvent = { ...body, seq: this.#seq, runId: this.#options.runId, at: this.#options.now() };
    this.#recent = [...this.#recent.slice(1 - KEPT_EVENTS), event];
    this.#options.send(event);
  }

  /**
   * Reports again the events of a checkpoint that the host may have lost: it may have died with events unread.
   * The host's own last event, that the run was interrupted, may have taken the number of the first lost event.
   */
  repeatLost(recent: readonly RunEvent[]): void {
    for (const { seq, runId: _runId, at: _at, ...body } of recent) {
      if (seq >= this.#lastSeqAtStart) this.emit(body);
    }
  }
}
