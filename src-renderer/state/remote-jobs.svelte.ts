import type { PageClient } from '#contract/client.ts';
import type { JobRecord } from '#core/machines/job-record.ts';
import type { Live } from './live.svelte.ts';

interface Parts {
  readonly api: PageClient;
  readonly live: Live;
}

/** The blocks of runs that wait or train on other machines, as their owner heard of them last. */
export class RemoteJobs {
  #all = $state.raw<readonly JobRecord[]>([]);
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get all(): readonly JobRecord[] {
    return this.#all;
  }

  /** The block in which a run is; null where it is in none. */
  ofRun(run: string): JobRecord | null {
    return this.#all.find(({ runs }) => runs.includes(run)) ?? null;
  }

  /** Reads them now and whenever runs change. Returns the function that ends it. */
  follow(): () => void {
    void this.#read();
    return this.#parts.live.onChange(({ kind }) => {
      if (kind === 'runs' || kind === 'queue') void this.#read();
    });
  }

  async #read(): Promise<void> {
    try {
      this.#all = await this.#parts.api.jobs.list({ look: false });
    } catch {
      // While the home has no owner, what was heard last stays.
    }
  }
}
