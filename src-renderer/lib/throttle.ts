/**
 * Does a piece of work at once when it is asked for, and then not again before `intervalMs` have passed; what is asked
 * for meanwhile is done once, at the end of it. Never two at a time: what a refetch on live changes needs.
 */
export class Throttle {
  readonly #work: () => Promise<unknown>;
  readonly #intervalMs: number;
  #isBusy = false;
  #isAsked = false;
  #isStopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `work` deals with its own errors. */
  constructor(work: () => Promise<unknown>, intervalMs = 1000) {
    this.#work = work;
    this.#intervalMs = intervalMs;
  }

  ask(): void {
    this.#isAsked = true;
    if (!this.#isBusy && !this.#isStopped) void this.#run();
  }

  /** For good. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    while (this.#isAsked && !this.#isStopped) {
      this.#isAsked = false;
      const rest = new Promise<void>((resolve) => {
        this.#timer = setTimeout(resolve, this.#intervalMs);
      });
      await this.#work();
      await rest;
    }
    this.#isBusy = false;
  }
}
