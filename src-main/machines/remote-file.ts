import { AppError } from '#core/errors.ts';
import type { RemoteFile, RemoteFilePart, RemoteProcess, RemoteShell } from '#core/machines/ports.ts';
import { posixPath } from '#core/machines/posix-shell.ts';

/** How the script ends where there is no such file. */
const NOTHING_THERE = 44;

export interface FileAsked extends RemoteFilePart {
  /** The machine, for sentences. */
  readonly name: string;
}

/** What `HomeMachines.readFile` promises. */
export async function remoteFile(shell: RemoteShell, asked: FileAsked): Promise<RemoteFile> {
  const path = posixPath(asked.path);
  const read = asked.last === undefined ? 'cat' : `tail -c ${asked.last}`;
  const script = shell.open(`[ -f ${path} ] || exit ${NOTHING_THERE}; wc -c <${path} && ${read} <${path}`);
  script.endInput();
  const pieces = script.output[Symbol.asyncIterator]();
  const { size, rest } = await sizeLine(pieces);
  if (size === null) throw await failure(script, asked);
  return { size, pieces: counted(pieces, { rest, script, asked, size: Math.min(size, asked.last ?? size) }) };
}

interface Counting {
  readonly rest: Uint8Array;
  readonly script: RemoteProcess;
  readonly asked: FileAsked;
  readonly size: number;
}

async function* counted(pieces: AsyncIterator<Uint8Array>, counting: Counting): AsyncGenerator<Uint8Array> {
  const { rest, script, asked, size } = counting;
  let left = size;
  try {
    for (let piece: Uint8Array | undefined = rest; piece !== undefined && left > 0; piece = await nextOf(pieces)) {
      // A log may grow meanwhile.
      const own = piece.subarray(0, left);
      left -= own.length;
      if (own.length > 0) yield own;
    }
    if (left > 0) throw await failure(script, asked);
  } finally {
    script.kill();
  }
}

async function nextOf(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  const { value, done } = await pieces.next();
  return done === true ? undefined : value;
}

/** The first line, which says how many bytes the file has, and what came with it. */
async function sizeLine(
  pieces: AsyncIterator<Uint8Array>,
): Promise<{ readonly size: number | null; readonly rest: Uint8Array }> {
  let said = Buffer.alloc(0);
  for (let piece = await nextOf(pieces); piece !== undefined; piece = await nextOf(pieces)) {
    said = Buffer.concat([said, piece]);
    const end = said.indexOf('\n');
    if (end >= 0) return { size: Number(said.subarray(0, end).toString().trim()), rest: said.subarray(end + 1) };
  }
  return { size: null, rest: said };
}

async function failure(script: RemoteProcess, { name, path }: FileAsked): Promise<AppError> {
  const { code, reason } = await script.ended;
  if (code === NOTHING_THERE) return new AppError('not-found', `${name} has no ${path}.`);
  return new AppError('unavailable', `${path} of ${name} cannot be read now: ${reason}`);
}
