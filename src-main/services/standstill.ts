import type { Clock, Store } from '#core/ports.ts';
import { hindranceOrThrow, type MetHindrance, waitAfterTries } from '#core/queue/hindrance.ts';
import type { Standstill } from '#core/queue/queue.ts';
import type { Hindered } from './run-training.ts';

export interface StandstillPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly onChange: () => void;
}

/**
 * What keeps all runs from training: kept while it lasts, and looked at again after waits that grow. The store is asked first, which
 * costs nothing; then the next run shows whether the rest of the cause is gone.
 */
export class StandstillWatch {
  readonly #ports: StandstillPorts;
  #state: Standstill | null = null;
  /** How often in a row the cause was still there. */
  #tries = 0;
  #isStopped = false;
  #endWait: () => void = () => undefined;

  constructor(ports: StandstillPorts) {
    this.#ports = ports;
  }

  /** Null while nothing keeps all runs from training. */
  get state(): Standstill | null {
    return this.#state;
  }

  /** Returns once a run may be tried again, and the store has taken where the one that met the hindrance stands; or after `stop`. */
  async outlast(hindered: Hindered): Promise<void> {
    let unsettled = await this.#met(hindered.settle);
    for (let met: MetHindrance | null = unsettled ?? hindered.hindrance; met !== null; ) {
      await this.#wait(met);
      if (this.#isStopped) return;
      this.#show({ ...met, nextTryAt: null });
      if (unsettled !== null) unsettled = await this.#met(hindered.settle);
      met = unsettled ?? (await this.#met(() => this.#ports.store.tryWriting()));
    }
  }

  /** Looks again at once. */
  retry(): void {
    this.#tries = 0;
    this.#endWait();
  }

  /** A run trains, or none is left: nothing stands still any more. */
  clear(): void {
    this.#tries = 0;
    if (this.#state === null) return;
    this.#state = null;
    this.#ports.onChange();
  }

  /** Waits no longer, since the home is being closed. */
  stop(): void {
    this.#isStopped = true;
    this.#endWait();
  }

  async #wait(hindrance: MetHindrance): Promise<void> {
    const waitMs = waitAfterTries(this.#tries);
    this.#tries += 1;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#endWait = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#show({ ...hindrance, nextTryAt: this.#ports.clock.now() + waitMs });
    });
    this.#endWait = () => undefined;
  }

  #show(met: Omit<Standstill, 'since'>): void {
    const since = this.#state?.kind === met.kind ? this.#state.since : this.#ports.clock.now();
    this.#state = { ...met, since };
    this.#ports.onChange();
  }

  /** What the work meets; null where it succeeds. Throws what concerns one run only. */
  async #met(work: () => Promise<void>): Promise<MetHindrance | null> {
    try {
      await work();
      return null;
    } catch (error) {
      return hindranceOrThrow(error);
    }
  }
}
