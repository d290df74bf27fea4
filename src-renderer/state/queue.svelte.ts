import type { PageClient } from '#contract/client.ts';
import type { QueueOutlook, RunOutlook, TotalOutlook } from '#core/queue/outlook.ts';
import { secondsUntilEnd } from '#core/queue/outlook.ts';
import type { QueueState } from '#core/queue/queue.ts';
import { Refresh } from '../lib/refresh.ts';
import type { Live } from './live.svelte.ts';

/** Changes of stages follow each other quickly, and each is to be seen. */
const READ_MS = 200;

/**
 * What trains and waits, read again whenever the program that has the home open says that it has changed; and how long it will take,
 * which that program alone computes.
 */
export class LabQueue {
  #state = $state.raw<QueueState | null>(null);
  #outlook = $state.raw<QueueOutlook | null>(null);
  readonly #outlooks = $derived(new Map(this.#outlook?.runs.map((run) => [run.id, run])));
  readonly #api: PageClient;
  readonly #live: Live;
  readonly #reading = new Refresh(() => this.#read(), READ_MS);

  constructor(api: PageClient, live: Live) {
    this.#api = api;
    this.#live = live;
  }

  /** Null before it has been read. */
  get state(): QueueState | null {
    return this.#state;
  }

  /** How long this run will take; null where it neither trains nor waits. */
  outlookOf(run: string): RunOutlook | null {
    return this.#outlooks.get(run) ?? null;
  }

  /** Seconds until the last run of the study has ended; null where that is not known. */
  secondsOfStudy(study: string): number | null {
    if (this.#outlook === null) return null;
    const runs = (this.#state?.runs ?? []).filter(({ studyId }) => studyId === study);
    return secondsUntilEnd(this.#outlook, new Set(runs.map(({ id }) => id)));
  }

  /** What is left of all runs; null before it is told. */
  get total(): (TotalOutlook & { readonly runs: number }) | null {
    return this.#outlook === null ? null : { ...this.#outlook.total, runs: this.#outlook.runs.length };
  }

  /** Returns the function that ends it. */
  follow(): () => void {
    this.#reading.request();
    const ends = [
      this.#live.onChange(({ kind }) => (kind === 'queue' || kind === 'runs') && this.#reading.request()),
      this.#live.onOutlook((outlook) => {
        this.#outlook = outlook;
      }),
    ];
    return () => {
      this.#reading.end();
      for (const end of ends) end();
    };
  }

  async retry(): Promise<void> {
    this.#state = await this.#api.queue.retry({});
  }

  /** `place` is among the runs that wait, from 1. */
  async move(run: string, place: number): Promise<void> {
    this.#state = await this.#api.queue.move({ run, place });
  }

  async hold(run: string, held: boolean): Promise<void> {
    this.#state = await (held ? this.#api.queue.hold({ run }) : this.#api.queue.release({ run }));
  }

  async pause(paused: boolean): Promise<void> {
    this.#state = await (paused ? this.#api.queue.pause({}) : this.#api.queue.resume({}));
  }

  async #read(): Promise<void> {
    try {
      this.#state = await this.#api.queue.show({});
    } catch {
      // The owner of the home is gone or not there yet: `live` tells a change as soon as its successor answers.
    }
  }
}
