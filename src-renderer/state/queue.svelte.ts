import type { PageClient } from '#contract/client.ts';
import type { QueueState } from '#core/queue/queue.ts';
import { Refresh } from '../lib/refresh.ts';
import type { Live } from './live.svelte.ts';

/** Changes of stages follow each other quickly, and each is to be seen. */
const READ_MS = 200;

/** What trains and waits, read again whenever the program that has the home open says that it has changed. */
export class LabQueue {
  #state = $state.raw<QueueState | null>(null);
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

  /** Returns the function that ends it. */
  follow(): () => void {
    this.#reading.request();
    const end = this.#live.onChange(({ kind }) => (kind === 'queue' || kind === 'runs') && this.#reading.request());
    return () => {
      this.#reading.end();
      end();
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
