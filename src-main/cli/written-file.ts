import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ExportedFile } from '#contract/exporter.ts';
import type { ErrorCode } from '#core/errors.ts';
import { AppError, messageOf } from '#core/errors.ts';
import { errorCodeOf, isFullDisk } from '#core/system-error.ts';
import { writeToSpecial } from '../files/special-file.ts';
import { makeFolders } from '../setup/make-folders.mjs';
import type { Context } from './context.ts';

/** Writes a file that the user named, or leaves the old one. Throws one sentence where that fails. */
export async function writeContent(context: Pick<Context, 'tools'>, path: string, content: Content): Promise<void> {
  const whence = new Whence(content);
  await withSentence(`${path} cannot be written`, 'name another file', () =>
    write(context, path, whence.content),
  ).catch((error: unknown) => {
    throw whence.failure ?? error;
  });
}

/** What is written, and what went wrong with it rather than with the file. */
class Whence {
  readonly content: Content;
  failure: unknown = null;

  constructor(content: Content) {
    this.content = typeof content === 'string' || content instanceof Uint8Array ? content : this.#watched(content);
  }

  async *#watched(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* pieces;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

/** Writes an exported file that the user named, and says what it does not show as it should. */
export async function writeExported(
  context: Pick<Context, 'tools' | 'terminal'>,
  path: string,
  { data, warnings }: Pick<ExportedFile, 'data' | 'warnings'>,
): Promise<void> {
  await writeContent(context, path, data);
  for (const warning of warnings) context.terminal.note(warning);
}

/** Writes a file into one of our own folders, which is made where it is missing. */
export async function writeInNewFolder(
  context: Pick<Context, 'tools'>,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  await withSentence(`${path} cannot be written`, null, async () => {
    makeFolders(dirname(path));
    await write(context, path, content);
  });
}

type Content = string | Uint8Array | AsyncIterable<Uint8Array>;

async function write({ tools }: Pick<Context, 'tools'>, path: string, content: Content): Promise<void> {
  const there = await stat(path).catch(() => null);
  // Devices and pipes, such as /dev/stdout, cannot be replaced.
  if (there !== null && !there.isFile()) return writeToSpecial(path, content);
  await tools.writeFile(
    there === null ? path : await realpath(path),
    typeof content === 'string' ? Buffer.from(content) : content,
  );
}

async function withSentence(what: string, advice: string | null, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-request') throw error;
    if (isFullDisk(causeOf(error))) {
      const elsewhere = advice === null ? '' : ', or name a file on another disk';
      throw new AppError('no-space', `${what}, since its disk is full: free some space${elsewhere}.`, { cause: error });
    }
    const text = [`${what} (${reasonOf(error)})`, ...(advice === null ? [] : [advice])].join(': ');
    throw new AppError(codeOf(error), `${text}.`, { cause: error });
  }
}

/** The error of the file system, without the path that our sentence names. */
function reasonOf(error: unknown): string {
  return messageOf(causeOf(error)).replace(/, \w+ '.*'$/s, '');
}

function causeOf(error: unknown): unknown {
  return error instanceof AppError && error.cause !== undefined ? error.cause : error;
}

function codeOf(error: unknown): ErrorCode {
  return ['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCodeOf(causeOf(error)) ?? '')
    ? 'bad-request'
    : 'unavailable';
}
