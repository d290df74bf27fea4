import { EXIT, Interrupted } from './exit.ts';
import type { Heard, Shell } from './shell.ts';

/**
 * npm and the set-up may pass on a Ctrl-C that the terminal has already sent us: within this time it is the same press.
 */
const SAME_PRESS_MS = 500;

/** The first Ctrl-C asks for a checkpoint and the end; a second one ends the program at once. */
export class Interruption {
  readonly requested: Promise<void>;
  readonly #shell: Shell;
  readonly #unsubscribe: () => void;
  #request: () => void = () => {};
  #firstAtMs: number | null = null;

  constructor(shell: Shell, hears: Heard = 'all') {
    this.#shell = shell;
    this.requested = new Promise((resolve) => {
      this.#request = resolve;
    });
    this.#unsubscribe = shell.onInterrupt(() => this.#press(), hears);
  }

  dispose(): void {
    this.#unsubscribe();
  }

  #press(): void {
    const now = this.#shell.now();
    if (this.#firstAtMs === null) {
      this.#firstAtMs = now;
      this.#request();
    } else if (now - this.#firstAtMs > SAME_PRESS_MS) {
      this.#shell.exit(EXIT.interrupted);
    }
  }
}

export interface InterruptibleCommand {
  readonly shell: Shell;
  /** "datasets add" */
  readonly words: string;
}

/**
 * Does work that may take long. Ctrl-C aborts the signal and ends the wait: what the command then closes ends the rest. Throws what the work
 * throws, or that it was ended.
 */
export async function untilInterrupted<Result>(
  { shell, words }: InterruptibleCommand,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interruption = new Interruption(shell, 'signals');
  const ended = new AbortController();
  const interrupted = interruption.requested.then((): never => {
    ended.abort();
    throw new Interrupted(`\`lab ${words}\` was ended before it was done: what it had stored is whole.`);
  });
  try {
    return await Promise.race([work(ended.signal), interrupted]);
  } finally {
    interruption.dispose();
  }
}
