/** How often the silence of the other side is counted. */
const TICK_MS = 250;

/**
 * Tells when nothing was heard for some seconds. It counts its own ticks instead of reading a clock, so that the time in which
 * this process was stopped or busy itself, or the machine slept, does not count. It does not keep the process alive.
 */
export class Silence {
  readonly #timer: NodeJS.Timeout;
  #ticks = 0;

  /** Calls `onSilent` with the seconds of silence, at each tick of them. */
  constructor(onSilent: (seconds: number) => void) {
    this.#timer = setInterval(() => {
      this.#ticks += 1;
      onSilent((this.#ticks * TICK_MS) / 1000);
    }, TICK_MS).unref();
  }

  /** Something was heard. */
  reset(): void {
    this.#ticks = 0;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
