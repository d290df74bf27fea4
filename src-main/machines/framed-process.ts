import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { AppError, messageOf } from '#core/errors.ts';
import { lastLineOf } from '#core/last-line.ts';
import type { RemoteProcess } from '#core/machines/ports.ts';
import { posixWord } from '#core/machines/posix-shell.ts';

/** How a script's text becomes a command of this machine. */
export type CommandFor = (script: string) => readonly [string, ...string[]];

export interface StartedScript {
  readonly script: string;
  /** Of the process on this machine. */
  readonly environment: NodeJS.ProcessEnv;
}

/** What is kept of the words of a program that says much. */
const MOST_WORDS = 2 ** 20;
/** No start-up files of a login write so much before a script begins. */
const MOST_NOISE = 2 ** 26;
const ENDLESS = 'The start-up files of its login print without end, so that no script begins: make them print nothing.';
/** A program that was started and lives on may keep the line of its words open. */
const LAST_WORDS_MS = 1000;

/**
 * A script that runs in a process of this machine, here or at the other end of a connection. Its output is framed, since start-up files of a
 * login shell may write what they like before it, and a connection that breaks ends with an exit code as scripts do: a mark in both of its
 * outputs says that it begins, and another one after its words with which code it has ended.
 */
export class FramedProcess implements RemoteProcess {
  readonly output: AsyncIterable<Uint8Array>;
  readonly ended: Promise<{ readonly code: number | null; readonly reason: string }>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #mark = randomUUID();
  readonly #begun: Promise<boolean>;
  #words = '';
  #isEndless = false;

  constructor(commandFor: CommandFor, { script, environment }: StartedScript) {
    const [program, ...args] = commandFor(framed(script, this.#mark));
    // In a group of its own: a Ctrl-C at our terminal ends no script on another machine, and what it has started here ends with it.
    this.#child = spawn(program, args, { env: environment, stdio: 'pipe', detached: true });
    // Whoever writes hears of it there.
    this.#child.stdin.on('error', () => undefined);
    this.#begun = this.#listen();
    this.ended = this.#end();
    this.output = afterMark(this.#child.stdout, Buffer.from(`\n${this.#mark}\n`));
  }

  /** What the script has written to stderr so far. */
  get words(): string {
    const [, said = ''] = this.#parts();
    return said;
  }

  async write(bytes: string | Uint8Array): Promise<void> {
    // Before that, start-up files could read it.
    if (!(await this.#begun)) throw new AppError('unavailable', (await this.ended).reason);
    await new Promise<void>((resolve, reject) => {
      this.#child.stdin.write(bytes, (error) => {
        if (error) reject(new AppError('unavailable', `It reads no more (${error.message}).`, { cause: error }));
        else resolve();
      });
    });
  }

  endInput(): void {
    void this.#begun.then(() => this.#child.stdin.end());
  }

  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || !this.#isThere) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  #giveUp(): void {
    this.#isEndless = true;
    this.kill();
  }

  /** Afterwards the number may be that of another process. */
  get #isThere(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves to whether the script has begun, or never will. */
  #listen(): Promise<boolean> {
    const { stderr } = this.#child;
    return new Promise((resolve) => {
      let noise = 0;
      stderr.setEncoding('utf8').on('data', (text: string) => {
        this.#words = `${this.#words}${text}`;
        if (this.#words.length > MOST_WORDS) this.#words = this.#shortened();
        noise += text.length;
        if (this.#parts().length > 1) resolve(true);
        else if (noise > MOST_NOISE) this.#giveUp();
      });
      stderr.once('close', () => resolve(false));
      this.#child.once('error', () => resolve(false));
    });
  }

  async #end(): Promise<{ readonly code: number | null; readonly reason: string }> {
    try {
      const [code] = await once(this.#child, 'exit');
      await this.#lastWords();
      const [before = '', said = '', end] = this.#parts();
      if (end !== undefined)
        return { code: Number(end), reason: lastLineOf(said) ?? `It ended with code ${Number(end)}.` };
      return {
        code: null,
        reason: this.#isEndless
          ? ENDLESS
          : (lastLineOf(said) ?? lastLineOf(before) ?? `It ended without a word (code ${code}).`),
      };
    } catch (error) {
      return { code: null, reason: `${messageOf(error)}.` };
    }
  }

  async #lastWords(): Promise<void> {
    const { stderr } = this.#child;
    if (stderr.closed) return;
    const closed = once(stderr, 'close');
    const patience = new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS).unref());
    await Promise.race([closed, patience]);
  }

  /** What was said before the script, by the script, and its exit code, as far as it came to that. */
  #parts(): readonly string[] {
    return this.#words.split(`\n${this.#mark}\n`);
  }

  /** The marks stay. */
  #shortened(): string {
    const [before = '', ...rest] = this.#parts();
    return [before.slice(-MOST_WORDS / 4), ...rest.map((part) => part.slice(-MOST_WORDS / 4))].join(
      `\n${this.#mark}\n`,
    );
  }
}

function framed(script: string, mark: string): string {
  const tell = `printf '\\n%s\\n' ${mark}`;
  return [`${tell}; ${tell} >&2`, `/bin/sh -c ${posixWord(script)}`, `code=$?; ${tell} >&2; echo "$code" >&2`].join(
    '\n',
  );
}

/** What comes after the mark; nothing where it never comes. */
async function* afterMark(stream: AsyncIterable<Buffer>, mark: Buffer): AsyncGenerator<Uint8Array> {
  let before: Buffer | null = Buffer.alloc(0);
  let noise = 0;
  for await (const piece of stream) {
    if (before === null) {
      yield piece;
      continue;
    }
    before = Buffer.concat([before, piece]);
    const at = before.indexOf(mark);
    if (at < 0) {
      noise += piece.length;
      if (noise > MOST_NOISE) throw new AppError('unavailable', ENDLESS);
      before = before.subarray(-mark.length);
      continue;
    }
    const rest: Buffer = before.subarray(at + mark.length);
    before = null;
    if (rest.length > 0) yield rest;
  }
}
