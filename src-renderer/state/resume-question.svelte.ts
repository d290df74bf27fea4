import type { PageClient } from '#contract/client.ts';
import type { LabQueue } from './queue.svelte.ts';

/** Before all runs that wait, or behind them. */
export type QueueEnd = 'front' | 'back';

interface Asked {
  readonly count: number;
  answer(at: QueueEnd | null): void;
}

/** Where runs go that are resumed, which is asked where others wait already. */
export class ResumeQuestion {
  #asked = $state.raw<Asked | null>(null);
  readonly #api: PageClient;
  readonly #queue: LabQueue;

  constructor(api: PageClient, queue: LabQueue) {
    this.#api = api;
    this.#queue = queue;
  }

  /** How many runs the question is about; null while nothing is asked. */
  get count(): number | null {
    return this.#asked?.count ?? null;
  }

  /** Null: they stay as they are. */
  answer(at: QueueEnd | null): void {
    this.#asked?.answer(at);
    this.#asked = null;
  }

  /** Asks, then resumes the runs in their order; gives those that were resumed. */
  async resume(runs: readonly string[]): Promise<readonly string[]> {
    const at = await this.where(runs.length);
    if (at === null) return [];
    // Each that goes to the front goes before the one that went there last.
    const inTurn = at === 'front' ? runs.toReversed() : runs;
    for (const run of inTurn) await this.#api.runs.resume({ run, at });
    return runs;
  }

  /** Asks where so many runs go, unless none waits; null where they are to stay as they are. */
  where(count: number): Promise<QueueEnd | null> {
    const others = this.#queue.state?.runs.some(({ waits }) => waits !== null) ?? false;
    if (!others) return Promise.resolve('back');
    this.answer(null);
    return new Promise((answer) => {
      this.#asked = { count, answer };
    });
  }
}
