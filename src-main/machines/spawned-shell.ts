import { AppError } from '#core/errors.ts';
import type { RemoteProcess, RemoteShell, ScriptOptions, ShellAnswer } from '#core/machines/ports.ts';
import { type CommandFor, FramedProcess } from './framed-process.ts';

/** An answer is for the memory; what is larger is read as it comes, from `open`. */
const MOST_ANSWER_BYTES = 2 ** 26;

export interface ShellWords {
  /** The machine, for sentences. */
  readonly name: string;
  /** What to do where it cannot be reached, by what was said: completes the sentence. */
  readonly advice: (reason: string) => string;
}

/** A shell whose scripts are processes of this machine, such as those of ssh. */
export class SpawnedShell implements RemoteShell {
  readonly #commandFor: CommandFor;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #words: ShellWords;

  constructor(commandFor: CommandFor, environment: NodeJS.ProcessEnv, words: ShellWords) {
    this.#commandFor = commandFor;
    this.#environment = environment;
    this.#words = words;
  }

  open(script: string): RemoteProcess {
    return this.#start(script);
  }

  async run(script: string, { stdin = '', limitMs, signal }: ScriptOptions): Promise<ShellAnswer> {
    signal?.throwIfAborted();
    const { name, advice } = this.#words;
    const child = this.#start(script);
    const ends = AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal === undefined ? [] : [signal])]);
    const end = () => child.kill();
    ends.addEventListener('abort', end);
    try {
      const [output, { code, reason }] = await Promise.all([textOf(child.output), child.ended, feed(child, stdin)]);
      if (code !== null) return { code, stdout: output, stderr: child.words };
      signal?.throwIfAborted();
      const limit = `${limitMs / 1000} s`;
      const why = ends.aborted ? `it did not answer within ${limit}` : reason.replace(/\.$/, '');
      throw new AppError('unavailable', `${name} cannot be asked: ${why}; ${advice(why)}.`);
    } finally {
      ends.removeEventListener('abort', end);
      child.kill();
    }
  }

  #start(script: string): FramedProcess {
    return new FramedProcess(this.#commandFor, { script, environment: this.#environment });
  }
}

/** A script that ends before it has read all says so by its code. */
async function feed(child: RemoteProcess, input: string | AsyncIterable<Uint8Array>): Promise<void> {
  try {
    if (typeof input === 'string') {
      if (input !== '') await child.write(input);
    } else for await (const piece of input) await child.write(piece);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') {
      child.kill();
      throw error;
    }
  }
  child.endInput();
}

async function textOf(output: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of output) {
    length += piece.length;
    if (length > MOST_ANSWER_BYTES) throw new AppError('unavailable', 'An answer from another machine is too long.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** A shell here, in the place of another machine. */
export const localShell: RemoteShell = new SpawnedShell((script) => ['/bin/sh', '-c', script], process.env, {
  name: 'This machine',
  advice: () => 'look into it',
});
