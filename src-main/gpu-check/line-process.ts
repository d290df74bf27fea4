import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AppError } from '#core/errors.ts';
import { lastLineOf } from '#core/last-line.ts';
import { endingWithUs } from '../setup/run-program.mjs';

/** What is kept of the words of a program that says much. */
const MOST_WORDS = 2 ** 16;

export interface LineProgram {
  /** How sentences name it. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly environment: NodeJS.ProcessEnv;
}

/** A program that answers each line by a line of JSON. It ends with us, or when its input does. */
export class LineProcess {
  readonly ended: Promise<void>;
  readonly #name: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #words = '';

  constructor({ name, command, environment }: LineProgram) {
    this.#name = name;
    const [program, ...args] = endingWithUs(command);
    // In a group of its own: a Ctrl-C at the terminal reaches us alone.
    this.#child = spawn(program, args, { env: environment, stdio: 'pipe', detached: true });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    // Whoever asks hears that there is no answer.
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words = (this.#words + text).slice(-MOST_WORDS);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      this.#child.once('error', (error) => {
        this.#words += `\n${error.message}`;
        resolve();
      });
    });
  }

  /** 0 where it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Throws 'unavailable', with its last words, where the program has ended. */
  async ask(request: unknown): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (!done) return JSON.parse(value);
    await this.ended;
    throw new AppError(
      'unavailable',
      `${this.#name} ended before it answered: ${lastLineOf(this.#words) || 'it said nothing'}.`,
    );
  }

  /** Lets it end by itself, which it does after its last answer. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.ended;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
