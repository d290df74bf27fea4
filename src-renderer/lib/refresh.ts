/**
 * Does again what was done before, as often as it is asked for but at most once in `intervalMs`, and never twice at a time:
 * a page that hears of every epoch of every run still reads its numbers once a second.
 */
export class Refresh {
  readonly #work: () => Promise<unknown>;
  readonly #intervalMs: number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isBusy = false;
  #isWanted = false;
  #hasEnded = false;

  constructor(work: () => Promise<unknown>, intervalMs = 1000) {
    this.#work = work;
    this.#intervalMs = intervalMs;
  }

  request(): void {
    this.#isWanted = true;
    if (!this.#isBusy && this.#timer === null) void this.#run();
  }

  end(): void {
    this.#hasEnded = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    if (this.#hasEnded || !this.#isWanted) return;
    [this.#isBusy, this.#isWanted] = [true, false];
    // Whoever gave the work shows its errors.
    await this.#work().catch(() => undefined);
    this.#isBusy = false;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#run();
    }, this.#intervalMs);
  }
}
