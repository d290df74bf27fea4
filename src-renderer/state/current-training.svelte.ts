import type { PageClient } from '#contract/client.ts';
import type { RunRecord } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { Standing } from '#core/training/standing.ts';
import { FollowedTraining } from '#core/training/standing.ts';
import { Refresh } from '../lib/refresh.ts';
import type { Live } from './live.svelte.ts';

/** What trains now. */
export class CurrentTraining {
  #run = $state.raw<RunRecord | null>(null);
  #standing = $state.raw<Standing | null>(null);
  #followed = new FollowedTraining([], 0);
  readonly #api: PageClient;
  readonly #live: Live;
  readonly #reading = new Refresh(() => this.#read());

  constructor(api: PageClient, live: Live) {
    this.#api = api;
    this.#live = live;
  }

  /** The run that trains; null where none does. */
  get run(): RunRecord | null {
    return this.#run;
  }

  /** Null until the run's layers are known. */
  get standing(): Standing | null {
    return this.#standing;
  }

  /** Returns the function that ends it. */
  follow(): () => void {
    this.#reading.request();
    const ends = [
      this.#live.onChange(({ kind }) => kind === 'runs' && this.#reading.request()),
      this.#live.onEvent((event) => this.#apply(event)),
    ];
    return () => {
      this.#reading.end();
      for (const end of ends) end();
    };
  }

  async #read(): Promise<void> {
    try {
      const [running = null] = await this.#api.runs.list({ statuses: ['running'] });
      if (running?.id !== this.#run?.id) await this.#begin(running);
    } catch {
      // The owner of the home is gone or not there yet: `live` tells a change as soon as its successor answers.
    }
  }

  async #begin(run: RunRecord | null): Promise<void> {
    this.#run = run;
    this.#standing = null;
    if (run === null) return;
    this.#followed = new FollowedTraining([run], 0);
    this.#followed.begin(await this.#api.runs.show({ run: run.id }));
    this.#standing = this.#followed.standing();
  }

  #apply(event: RunEvent): void {
    if (event.type === 'run.started' || event.type === 'run.resumed') this.#reading.request();
    if (event.runId !== this.#run?.id || this.#standing === null) return;
    this.#followed.apply(event);
    this.#standing = this.#followed.standing();
  }
}
