import type { PageClient } from '#contract/client.ts';

type Json = Parameters<PageClient['drafts']['save']>[0]['value'];

/** The time between two writes, however fast one types. */
const PERIOD_MS = 300;

/** Keeps one thing of the page over restarts: its first change at once, later ones soon, the last before its view closes. */
export class DraftKeeper {
  readonly #api: PageClient;
  readonly #key: string;
  readonly #onError: (error: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: { readonly value: Json } | null = null;

  constructor(api: PageClient, key: string, onError: (error: unknown) => void) {
    this.#api = api;
    this.#key = key;
    this.#onError = onError;
  }

  /** Null where nothing is kept. */
  async read(): Promise<unknown> {
    return (await this.#api.drafts.read({ key: this.#key })).value;
  }

  keep(value: object): void {
    this.#waiting = { value: JSON.parse(JSON.stringify(value)) };
    if (this.#timer === undefined) this.#keepOn();
  }

  /** What waits to be kept is kept now. */
  async flush(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    try {
      await this.#api.drafts.save({ key: this.#key, value: waiting.value });
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Writes what waits, and looks again after a while for what has come meanwhile. */
  #keepOn(): void {
    const isIdle = this.#waiting === null;
    void this.flush();
    this.#timer = isIdle ? undefined : setTimeout(() => this.#keepOn(), PERIOD_MS);
  }
}
