import { Duplex } from 'node:stream';
import { type Hello, helloIn, type ReachedLab } from '#core/elsewhere/hello.ts';
import { AppError, explained, messageOf } from '#core/errors.ts';
import type { RemoteProcess, RemoteShell } from '#core/machines/ports.ts';
import { printableLine } from '#core/printable.ts';
import { Silence } from '../threads/silence.ts';

/** Before its first line, the other side may set itself up or look at a large database; what it says before that counts for nothing. */
const START_SECONDS = 120;
const LATE = `no program answered within ${START_SECONDS} s; look after that machine, and try again.`;
/** Afterwards the owner of the home gives a sign of life every second: a link that is silent for so long is broken. */
const SILENT_SECONDS = 20;
/** More than this before the first line is no greeting of a login. */
const MOST_NOISE_BYTES = 2 ** 22;
const LINE_END = 10;

/** A line to the owner of a home on another machine. */
export interface Dialled {
  readonly reached: ReachedLab;
  /** The bytes of the owner's socket. Ends with an AppError that says why where the link breaks. */
  readonly line: Duplex;
}

/**
 * Runs a script that says who answers and then passes on the bytes of the owner. `where` is the machine in sentences. Throws 'unavailable' where
 * nobody is reached, in the words of the link or of the program there.
 */
export async function dial(shell: RemoteShell, script: string, where: string): Promise<Dialled> {
  const process = shell.open(script);
  const pieces = process.output[Symbol.asyncIterator]();
  let isLate = false;
  const waiting = new Silence((seconds) => {
    if (seconds < START_SECONDS) return;
    isLate = true;
    process.kill();
  });
  let said: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  let heard = 0;
  try {
    for (;;) {
      const { hello, rest } = helloAmong(said);
      if (hello !== null && 'error' in hello)
        throw new AppError('unavailable', `On ${where}: ${printableLine(hello.error)}`);
      if (hello !== null) return { reached: hello, line: new DialledLine(process, { pieces, first: rest, where }) };
      if (heard > MOST_NOISE_BYTES)
        throw new AppError('unavailable', `${where} prints without end, and no program answers.`);
      const piece = await pieces.next();
      if (piece.done === true)
        throw new AppError('unavailable', unanswered(where, isLate ? LATE : (await process.ended).reason));
      heard += piece.value.length;
      said = Buffer.concat([rest, piece.value]);
    }
  } catch (error) {
    process.kill();
    throw error;
  } finally {
    waiting.end();
  }
}

function unanswered(where: string, reason: string): string {
  return `No home is reached on ${where}: ${reason}`;
}

interface Heard {
  /** Null where no whole line of ours has come. */
  readonly hello: Hello | null;
  /** What is behind the last line that was looked at. */
  readonly rest: Buffer;
}

/** Lines that are not ours come from a login, or are what its start-up files print. */
function helloAmong(said: Buffer): Heard {
  for (let start = 0; ; ) {
    const end = said.indexOf(LINE_END, start);
    if (end === -1) return { hello: null, rest: said.subarray(start) };
    const hello = helloIn(said.toString('utf8', start, end));
    if (hello !== null) return { hello, rest: said.subarray(end + 1) };
    start = end + 1;
  }
}

interface LineParts {
  readonly pieces: AsyncIterator<Uint8Array>;
  /** What came behind the first line already. */
  readonly first: Buffer;
  readonly where: string;
}

/** Reads and writes what the other side writes and reads, and watches it. */
class DialledLine extends Duplex {
  readonly #process: RemoteProcess;
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #silence: Silence;
  readonly #where: string;
  #first: Buffer | null;

  constructor(process: RemoteProcess, { pieces, first, where }: LineParts) {
    super();
    this.#where = where;
    this.#process = process;
    this.#pieces = pieces;
    this.#first = first.length === 0 ? null : first;
    this.#silence = new Silence((seconds) => {
      if (seconds >= SILENT_SECONDS)
        this.destroy(new AppError('unavailable', `${where} has been silent for ${SILENT_SECONDS} s.`));
    });
  }

  override _read(): void {
    const first = this.#first;
    this.#first = null;
    if (first !== null) this.push(first);
    else void this.#pull();
  }

  async #pull(): Promise<void> {
    try {
      const piece = await this.#pieces.next();
      this.#silence.reset();
      this.push(piece.done === true ? null : piece.value);
    } catch (error) {
      this.destroy(new AppError('unavailable', messageOf(error), { cause: error }));
    }
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, written: (error?: Error | null) => void): void {
    this.#process.write(bytes).then(
      () => written(),
      (error: unknown) =>
        written(explained(error, (problem) => `The line to ${this.#where} broke (${problem}): try again.`)),
    );
  }

  override _final(ended: () => void): void {
    this.#process.endInput();
    ended();
  }

  override _destroy(error: Error | null, closed: (error: Error | null) => void): void {
    this.#silence.end();
    this.#process.kill();
    closed(error);
  }
}
