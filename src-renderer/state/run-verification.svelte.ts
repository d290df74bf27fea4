import type { Verification } from '#core/analysis/verification.ts';
import type { VerificationProgress } from '#core/records.ts';
import type { AppState } from './app-state.ts';

/** Trains the first epoch of a run again, on demand, and holds what came of it. */
export class RunVerification {
  readonly #app: AppState;
  readonly #run: string;
  #stop = $state.raw<AbortController | null>(null);
  #progress = $state.raw<VerificationProgress | null>(null);
  #result = $state.raw<Verification | null>(null);

  constructor(app: AppState, run: string) {
    this.#app = app;
    this.#run = run;
  }

  get isUnderWay(): boolean {
    return this.#stop !== null;
  }

  /** Null before the first step that is reported. */
  get progress(): VerificationProgress | null {
    return this.#progress;
  }

  get result(): Verification | null {
    return this.#result;
  }

  readonly cancel = (): void => this.#stop?.abort();

  /** What fails becomes a notice. */
  readonly start = async (): Promise<void> => {
    if (this.isUnderWay) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#progress = null;
    const following = this.#follow(stop.signal);
    await this.#app.notices.attempt(async () => {
      try {
        this.#result = await this.#app.api.runs.verify({ run: this.#run }, { signal: stop.signal });
      } catch (error) {
        if (!stop.signal.aborted) throw error;
      }
    });
    stop.abort();
    await following;
    this.#stop = null;
  };

  async #follow(signal: AbortSignal): Promise<void> {
    try {
      for await (const progress of await this.#app.api.runs.verifying({}, { signal })) {
        if (progress.runId === this.#run) this.#progress = progress;
      }
    } catch (error) {
      // The end of the verification ends the stream too.
      if (!signal.aborted) throw error;
    }
  }
}
