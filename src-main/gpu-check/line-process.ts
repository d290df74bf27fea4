import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AppError } from '#core/errors.ts';
import { jsonOf } from '#core/json-of.ts';
import { lastLineOf } from '#core/last-line.ts';
import { endingWithUs } from '../setup/run-program.mjs';
import { Silence } from '../threads/silence.ts';

/** What is kept of the words of a program that says much. */
const MOST_WORDS = 2 ** 16;
/** Compiling for a card that is new to a framework takes minutes. */
const MOST_SECONDS = 900;
/** An answer is a short line. */
const MOST_ANSWER_BYTES = 2 ** 24;

export interface LineProgram {
  /** How sentences name it. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly environment: NodeJS.ProcessEnv;
  /** How long an answer is waited for. */
  readonly mostSeconds?: number;
}

/** A program that answers each line by a line of JSON. It ends with us, or when its input does. */
export class LineProcess {
  readonly ended: Promise<void>;
  readonly #name: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  readonly #mostSeconds: number;
  #words = '';
  /** Bytes that came since the last question. */
  #answerBytes = 0;
  #isGivenUp = false;

  constructor({ name, command, environment, mostSeconds = MOST_SECONDS }: LineProgram) {
    this.#name = name;
    this.#mostSeconds = mostSeconds;
    const [program, ...args] = endingWithUs(command);
    // In a group of its own: a Ctrl-C at the terminal reaches us alone.
    this.#child = spawn(program, args, { env: environment, stdio: 'pipe', detached: true });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stdout.on('data', (bytes: Buffer) => {
      this.#answerBytes += bytes.length;
      if (this.#answerBytes > MOST_ANSWER_BYTES) this.#giveUp('it prints without end');
    });
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

  /** Throws 'unavailable', with its last words, where the program has ended, hangs, prints without end or answers something else. */
  async ask(request: unknown): Promise<unknown> {
    this.#answerBytes = 0;
    const waiting = new Silence((seconds) => {
      if (seconds >= this.#mostSeconds) this.#giveUp(`no answer came in ${this.#mostSeconds} s`);
    });
    try {
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await this.#answers.next();
      // What was said of a line before the program was ended is no answer.
      if (!done && !this.#isGivenUp) return this.#answerIn(value);
    } finally {
      waiting.end();
    }
    await this.ended;
    throw new AppError(
      'unavailable',
      `${this.#name} ended before it answered: ${lastLineOf(this.#words) || 'it said nothing'}.`,
    );
  }

  #answerIn(line: string): unknown {
    const answer = jsonOf(line);
    if (answer !== undefined) return answer;
    this.kill();
    throw new AppError('unavailable', `${this.#name} gave an answer that is none: see which program it is.`);
  }

  #giveUp(why: string): void {
    this.#isGivenUp = true;
    this.#words += `\n${why}`;
    this.kill();
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
