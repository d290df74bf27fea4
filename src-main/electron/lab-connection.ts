import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { LabClient } from '#contract/client.ts';
import type { Ownership } from '#contract/desktop.ts';
import type { LabHost } from '#contract/host.ts';
import type { Access } from '#contract/procedure.ts';
import { AppError } from '#core/errors.ts';
import { Broadcast } from './broadcast.ts';

/** How long a request waits for a home that is changing hands. */
const PATIENCE_MS = 15_000;
const RETRY_MS = 200;

/**
 * The app's way to its home: as the owner, or as a client of the `lab` that trains there. When that one ends, the app
 * takes over, and requests that come meanwhile wait for it.
 */
export class LabConnection {
  readonly #open: () => Promise<LabHost>;
  readonly #ownership = new Broadcast<Ownership>();
  #host: LabHost | null = null;
  #waiting: ((host: LabHost) => void)[] = [];
  #isClosed = false;

  constructor(open: () => Promise<LabHost>) {
    this.#open = open;
  }

  get ownership(): Ownership {
    if (this.#host === null) return 'looking';
    return this.#host.owner ? 'owner' : 'client';
  }

  /** Throws what the home's opening throws. */
  async start(): Promise<void> {
    this.#use(await this.#open());
  }

  /** The state now, then each change. */
  async *ownerships(signal: AbortSignal | undefined): AsyncGenerator<Ownership> {
    const changes = this.#ownership.follow(signal);
    yield this.ownership;
    yield* changes;
  }

  /** Throws 'unavailable' where the home stays without an owner for too long. */
  async client(): Promise<LabClient> {
    return (await this.#reached()).client;
  }

  /**
   * Asks the owner. A question that its end cut off is asked once more, of its successor; a change is not, since it may
   * have been made.
   */
  async ask<Answer>(question: (client: LabClient) => Promise<Answer>, effect: Access['effect']): Promise<Answer> {
    const host = await this.#reached();
    try {
      return await question(host.client);
    } catch (error) {
      // What broke the call also tells `lost`, in the same turn.
      await nextTurn();
      if (error instanceof AppError || this.#host === host) throw error;
      if (effect === 'reads') return question(await this.client());
      throw new AppError(
        'unavailable',
        'The program that kept this home ended meanwhile: look whether the change was made, and try again if not.',
      );
    }
  }

  /** Pauses what trains here, with a checkpoint, and lets go of the home. */
  async close(reason: string): Promise<void> {
    this.#isClosed = true;
    const host = this.#host;
    this.#host = null;
    await host?.close(reason);
  }

  #use(host: LabHost): void {
    this.#host = host;
    for (const tell of this.#waiting.splice(0)) tell(host);
    this.#ownership.publish(this.ownership);
    void host.lost.then(() => this.#replace(host));
  }

  async #replace(host: LabHost): Promise<void> {
    if (this.#isClosed || this.#host !== host) return;
    this.#host = null;
    this.#ownership.publish('looking');
    while (!this.#isClosed && this.#host === null) {
      try {
        this.#use(await this.#open());
      } catch (error) {
        // The next owner may still be starting; whoever waits is told after PATIENCE_MS.
        console.error(error);
        await sleep(RETRY_MS);
      }
    }
  }

  async #reached(): Promise<LabHost> {
    if (this.#host !== null) return this.#host;
    const host = await new Promise<LabHost | null>((resolve) => {
      this.#waiting.push(resolve);
      setTimeout(() => resolve(null), PATIENCE_MS).unref();
    });
    if (host === null) {
      throw new AppError('unavailable', 'Another program keeps this home and does not answer: wait for it to end.');
    }
    return host;
  }
}
