import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { LabClient } from '#contract/client.ts';
import type { Ownership } from '#contract/desktop.ts';
import type { LabHost } from '#contract/host.ts';
import type { Access } from '#contract/procedure.ts';
import { AppError } from '#core/errors.ts';
import { Broadcast } from './broadcast.ts';

/** How long a request waits while the home is being opened ... */
const PATIENCE_MS = 15_000;
/** ... and where it is known why it cannot be opened. */
const EXPLAINED_MS = 3_000;
/** How often it is tried again to open a home on this machine. */
const RETRY_MS = 200;

/** Says how long to wait before each try to open a home that could not be opened, in milliseconds. */
export type Pauses = () => () => number;

export interface ConnectionOptions {
  readonly pauses?: Pauses;
  /** Whether the home is on another machine, so that this app never owns it. */
  readonly isElsewhere?: boolean;
}

/**
 * The app's connection to its home: as the owner, or as a client of the `lab` that owns it. When that `lab` ends, the app
 * takes over, and requests that arrive meanwhile wait.
 */
export class LabConnection {
  readonly #open: () => Promise<LabHost>;
  readonly #pauses: Pauses;
  readonly #isElsewhere: boolean;
  readonly #ownership = new Broadcast<Ownership>();
  #host: LabHost | null = null;
  #waiting: ((host: LabHost) => void)[] = [];
  /** Why the home could not be opened the last time. */
  #obstacle: AppError | null = null;
  #opening: Promise<void> = Promise.resolve();
  #reopening = new AbortController();
  /** Ends the waits of a connection that is closed. */
  readonly #ended = new AbortController();
  /** The reason of the closing. */
  #closed: string | null = null;

  constructor(
    open: () => Promise<LabHost>,
    { pauses = () => () => RETRY_MS, isElsewhere = false }: ConnectionOptions = {},
  ) {
    this.#open = open;
    this.#pauses = pauses;
    this.#isElsewhere = isElsewhere;
  }

  get ownership(): Ownership {
    if (this.#host === null) return this.#isElsewhere ? 'lost' : 'looking';
    if (this.#host.readOnly !== null) return this.#host.readOnly.isDamaged ? 'damaged' : 'read-only';
    if (this.#isElsewhere) return 'elsewhere';
    return this.#host.owner ? 'owner' : 'client';
  }

  /** Why nothing can be changed in the home, in a sentence; null where changes can be made, and while it is being opened. */
  get obstacle(): string | null {
    return this.#host?.readOnly?.sentence ?? null;
  }

  /** Aborted when this process closes the home to open it again: streams of the services then tell nothing any more. */
  get reopening(): AbortSignal {
    return this.#reopening.signal;
  }

  /** Connects to the home. Throws what opening the home throws. */
  async start(): Promise<void> {
    try {
      await this.#reach();
    } catch (error) {
      // Requests of the page need not wait to learn it.
      this.#obstacle = error instanceof AppError ? error : null;
      throw error;
    }
  }

  /** The current ownership, then each change. */
  async *ownerships(signal: AbortSignal | undefined): AsyncGenerator<Ownership> {
    const changes = this.#ownership.follow(signal);
    yield this.ownership;
    yield* changes;
  }

  /** A client of the home's owner. Throws 'unavailable' where the home has no owner for too long. */
  async client(): Promise<LabClient> {
    return (await this.#reached()).client;
  }

  /**
   * Asks the owner. If the owner ends before it answers, its successor is asked the question again; a change is not
   * repeated, since it may have been made.
   */
  async ask<Answer>(question: (client: LabClient) => Promise<Answer>, effect: Access['effect']): Promise<Answer> {
    const host = await this.#reached();
    try {
      return await question(host.client);
    } catch (error) {
      // The lost connection that broke the call also resolves `lost` in this turn.
      await nextTurn();
      if (error instanceof AppError || this.#host === host) throw error;
      if (effect === 'reads') return question(await this.client());
      throw new AppError(
        'unavailable',
        'The program that owned this home has ended: check whether the change was made, and try again if not.',
      );
    }
  }

  /** Pauses the training in this process with a checkpoint, and gives up the home, also one that is still being opened. */
  async close(reason: string): Promise<void> {
    this.#closed = reason;
    this.#ended.abort();
    const host = this.#host;
    this.#host = null;
    await host?.close(reason);
    await this.#opening.catch(() => undefined);
  }

  /**
   * Closes the home, does `work` on its files, and opens it again, also where the work failed. Requests wait meanwhile. Throws what closing
   * and the work throw.
   */
  async reopen<Result>(reason: string, work: () => Promise<Result>): Promise<Result> {
    const host = await this.#reached();
    this.#host = null;
    this.#reopening.abort();
    this.#reopening = new AbortController();
    this.#ownership.publish(this.ownership);
    const working = host.close(reason).then(work);
    // Whoever closes the connection meanwhile waits for the work.
    this.#opening = working.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await working;
    } finally {
      await this.#reachAgain();
    }
  }

  #reach(): Promise<void> {
    this.#opening = this.#open().then((host) => (this.#closed === null ? this.#use(host) : host.close(this.#closed)));
    return this.#opening;
  }

  #use(host: LabHost): void {
    this.#host = host;
    this.#obstacle = null;
    for (const tell of this.#waiting.splice(0)) tell(host);
    this.#ownership.publish(this.ownership);
    void host.lost.then(() => this.#replace(host));
  }

  async #replace(host: LabHost): Promise<void> {
    if (this.#closed !== null || this.#host !== host) return;
    this.#host = null;
    this.#ownership.publish(this.ownership);
    await this.#reachAgain();
  }

  async #reachAgain(): Promise<void> {
    const pause = this.#pauses();
    while (this.#closed === null && this.#host === null) {
      try {
        await this.#reach();
      } catch (error) {
        // The next owner may still be starting; whoever waits is told after a while, and the log once.
        const obstacle = error instanceof AppError ? error : null;
        if (obstacle === null || obstacle.message !== this.#obstacle?.message) console.error(error);
        this.#obstacle = obstacle;
        await sleep(pause(), undefined, { signal: this.#ended.signal }).catch(() => undefined);
      }
    }
  }

  async #reached(): Promise<LabHost> {
    if (this.#host !== null) return this.#host;
    const soon = await this.#arrival(EXPLAINED_MS);
    const host = soon ?? (this.#obstacle === null ? await this.#arrival(PATIENCE_MS - EXPLAINED_MS) : null);
    if (host !== null) return host;
    throw (
      this.#obstacle ??
      new AppError('unavailable', 'Another program owns this home and does not answer: wait for it to end.')
    );
  }

  /** The host once it is there; null where it takes longer. */
  #arrival(patienceMs: number): Promise<LabHost | null> {
    if (this.#host !== null) return Promise.resolve(this.#host);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      setTimeout(() => resolve(this.#host), patienceMs).unref();
    });
  }
}
