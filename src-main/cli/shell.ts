export interface Output {
  readonly isTerminal: boolean;
  /** Characters a line; 80 where it is not known. */
  readonly columns: number;
  write(text: string): void;
}

/** What surrounds a command: streams, signals, environment. */
export interface Shell {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly folder: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readStdin(): Promise<string>;
  /** Calls back at Ctrl-C, a request to end, or a reader of the output that went away; returns how to unsubscribe. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the program at once. */
  exit(code: number): void;
  /** Milliseconds. */
  now(): number;
}
