import type { FileLimit } from '../files/ordinary-file.ts';

export interface Output {
  readonly isTerminal: boolean;
  /** Characters per line; 80 where the width is unknown. */
  readonly columns: number;
  write(text: string): void;
}

/** Slurm warns of a time limit by SIGUSR1, where the script of a job asks for that. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const;
export type EndSignal = (typeof END_SIGNALS)[number];

/** What asks a command to end: signals alone, or also the end of whoever read its output. */
export type Heard = 'signals' | 'all';

/** What surrounds a command: streams, signals, environment. */
export interface Shell {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly folder: string;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The text from stdin. Throws where there is more of it than the limit allows. */
  readStdin(limit: FileLimit): Promise<string>;
  /** What is piped in, piece by piece. */
  stdinPieces(): AsyncIterable<Uint8Array>;
  /** Whether a person can be asked. */
  readonly canAsk: boolean;
  /** Asks on stderr; the line that is typed, or null where the input has ended. */
  ask(question: string): Promise<string | null>;
  /**
   * Calls back at Ctrl-C, at a request to end, and when the reader of the output has gone; only the last that subscribed, which does the
   * innermost work. Who hears `signals` alone has nothing to do where nobody reads: the program then ends. Returns a function that unsubscribes.
   */
  onInterrupt(listener: () => void, hears?: Heard): () => void;
  /** Calls back with each signal that asks for the end, also with those of a scheduler. Returns a function that unsubscribes. */
  onSignal(listener: (signal: EndSignal) => void): () => void;
  /** Ends the program at once. */
  exit(code: number): void;
  /** Milliseconds. */
  now(): number;
}
