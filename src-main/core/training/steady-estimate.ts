/** The estimate moves towards what is foretold within this share of the time that is left, at least within these seconds. */
const GLIDE = 0.02;
const LEAST_GLIDE = 1;
/** At one report it moves by this share at most. */
export const MOST_MOVE = 0.05;
/** A silence this long is a cause: the machine slept, or an evaluation took its time. Seconds. */
const LONG_SILENCE = 120;

/** A time left that runs down with the clock, and glides where the foretold one jumps without a cause. */
export class SteadyEstimate {
  #seconds: number | null = null;
  /** Milliseconds since 1970. */
  #since = 0;

  /** Without a cause, the estimate changes little. */
  update(foretold: number, now: number, isCause: boolean): void {
    const expected = this.at(now);
    const elapsed = Math.max(0, (now - this.#since) / 1000);
    this.#since = now;
    if (expected === null || isCause || elapsed > LONG_SILENCE) {
      this.#seconds = foretold;
      return;
    }
    const glide = Math.max(LEAST_GLIDE, GLIDE * expected);
    const wanted = (foretold - expected) * (1 - Math.exp(-elapsed / glide));
    const most = MOST_MOVE * Math.max(expected, foretold);
    this.#seconds = expected + Math.max(-most, Math.min(most, wanted));
  }

  /** Null before the first update. */
  at(now: number): number | null {
    if (this.#seconds === null) return null;
    return Math.max(0, this.#seconds - Math.max(0, now - this.#since) / 1000);
  }
}
