import { createInterface } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { boundedText } from '../files/bounded-text.ts';
import type { FileLimit } from '../files/ordinary-file.ts';
import { END_SIGNALS, type EndSignal, type Heard, type Output, type Shell } from './shell.ts';

/** Ctrl-C, `kill` and a closed window all ask for the same. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const SUCCESS = 0;

interface Listener {
  readonly listener: () => void;
  readonly hears: Heard;
}

/** The shell that this process was started from. */
export class ProcessShell implements Shell {
  readonly environment = process.env;
  readonly folder = process.cwd();
  readonly stdout: Output;
  readonly stderr: Output;
  /** The innermost work is the last. */
  #listeners: readonly Listener[] = [];

  constructor() {
    this.stdout = outputTo(process.stdout);
    this.stderr = outputTo(process.stderr);
    process.stdout.on('error', (error) => this.#outputFailed(error));
    process.stderr.on('error', (error) => this.#outputFailed(error));
  }

  readStdin(limit: FileLimit): Promise<string> {
    return boundedText(process.stdin, 'The text from stdin', limit);
  }

  stdinPieces(): AsyncIterable<Uint8Array> {
    return process.stdin;
  }

  get canAsk(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true;
  }

  async ask(question: string): Promise<string | null> {
    const reader = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await new Promise((resolve) => {
        reader.once('close', () => resolve(null));
        // Ctrl-C at a question is an answer to it.
        reader.once('SIGINT', () => reader.close());
        reader.question(question, resolve);
      });
    } finally {
      reader.close();
    }
  }

  onInterrupt(listener: () => void, hears: Heard = 'all'): () => void {
    const own = { listener, hears };
    const hear = () => {
      if (this.#listeners.at(-1) === own) listener();
    };
    this.#listeners = [...this.#listeners, own];
    for (const signal of SIGNALS) process.on(signal, hear);
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== own);
      for (const signal of SIGNALS) process.off(signal, hear);
    };
  }

  onSignal(listener: (signal: EndSignal) => void): () => void {
    const hearers = END_SIGNALS.map((signal) => [signal, () => listener(signal)] as const);
    for (const [signal, hear] of hearers) process.on(signal, hear);
    return () => {
      for (const [signal, hear] of hearers) process.off(signal, hear);
    };
  }

  exit(code: number): void {
    process.exit(code);
  }

  now(): number {
    return performance.now();
  }

  /**
   * `lab ... | head` closes the pipe. That is not an error, but nobody reads the output any more: stop as after Ctrl-C.
   */
  #outputFailed(error: Error): void {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
    const innermost = this.#listeners.findLast(({ hears }) => hears === 'all');
    if (innermost === undefined) this.exit(SUCCESS);
    innermost?.listener();
  }
}

function outputTo(stream: WriteStream): Output {
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    write: (content) => {
      stream.write(content);
    },
  };
}
