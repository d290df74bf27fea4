import { EXIT } from './exit.ts';
import type { Shell } from './shell.ts';

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

  constructor(shell: Shell) {
    this.#shell = shell;
    this.requested = new Promise((resolve) => {
      this.#request = resolve;
    });
    this.#unsubscribe = shell.onInterrupt(() => this.#press());
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
