/** How long to wait before something that fails is tried again: twice as long each time, and a little more or less so that many do not come at once. */
export class BackOff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #tries = 0;

  constructor({ firstMs = 1000, longestMs = 60_000 } = {}) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
  }

  /** Milliseconds; `chance` from 0 to 1. */
  next(chance: number): number {
    const wait = Math.min(this.#longestMs, this.#firstMs * 2 ** this.#tries);
    this.#tries += 1;
    return wait * (0.75 + chance / 4);
  }
}
