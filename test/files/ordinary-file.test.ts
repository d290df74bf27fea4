import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundedText } from '../../src-main/files/bounded-text.ts';
import {
  type FileLimit,
  headOfOrdinary,
  openOrdinary,
  openOrdinarySync,
  ordinaryPieces,
  readOrdinary,
  readOrdinarySync,
} from '../../src-main/files/ordinary-file.ts';

const LIMIT: FileLimit = { what: 'the spec', mostBytes: 100, missing: (path) => `There is no file ${path}.` };

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lab-ordinary-'));
  writeFileSync(join(folder, 'file'), 'twelve bytes');
  writeFileSync(join(folder, 'long'), Buffer.alloc(101));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  symlinkSync('/dev/zero', join(folder, 'zeros'));
  symlinkSync('file', join(folder, 'link'));
  server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const REFUSED = [
  ['pipe', 'is a named pipe: give the spec as an ordinary file.'],
  ['socket', 'is a socket: give the spec as an ordinary file.'],
  ['zeros', 'is a device: give the spec as an ordinary file.'],
  ['.', 'is a folder: give the spec in it.'],
  ['long', 'is too large: the spec may have 100 bytes, but it has 101 bytes.'],
] as const;

const READERS: readonly (readonly [string, (path: string) => unknown])[] = [
  ['opened', (path) => openOrdinary(path, LIMIT)],
  ['opened in a thread', async (path) => openOrdinarySync(path, LIMIT)],
  ['read', (path) => readOrdinary(path, LIMIT)],
  ['read in a thread', async (path) => readOrdinarySync(path, LIMIT)],
  ['looked at', (path) => headOfOrdinary(path, LIMIT, 4)],
  ['read piece by piece', (path) => ordinaryPieces(path, LIMIT).next()],
];

describe('what is no ordinary file', () => {
  it.each(READERS)('is not %s, but named', async (_, read) => {
    for (const [name, problem] of REFUSED) {
      const path = join(folder, name);
      await expect(read(path)).rejects.toMatchObject({ code: 'bad-request', message: `${path} ${problem}` });
    }
    const gone = join(folder, 'gone');
    await expect(read(gone)).rejects.toMatchObject({ code: 'not-found', message: `There is no file ${gone}.` });
    await expect(read(join(folder, 'a\0b'))).rejects.toMatchObject({ code: 'bad-request' });
  });
});

describe('an ordinary file', () => {
  it('is read, also behind a link', async () => {
    const path = join(folder, 'link');
    expect((await readOrdinary(path, LIMIT)).toString()).toBe('twelve bytes');
    expect(readOrdinarySync(path, LIMIT).toString()).toBe('twelve bytes');
    expect((await headOfOrdinary(path, LIMIT, 6)).toString()).toBe('twelve');
    expect((await headOfOrdinary(path, LIMIT, 60)).toString()).toBe('twelve bytes');
  });

  it('is read in pieces, as a whole or in part', async () => {
    const text = async (options: Parameters<typeof ordinaryPieces>[2]) => {
      const pieces: string[] = [];
      for await (const piece of ordinaryPieces(join(folder, 'file'), LIMIT, options)) pieces.push(String(piece));
      return pieces;
    };
    expect(await text({ pieceBytes: 5 })).toEqual(['twelv', 'e byt', 'es']);
    expect(await text({ start: 7, byteLength: 4 })).toEqual(['byte']);
  });

  it('is refused where it becomes shorter while it is read; what is added to it is not read', async () => {
    const path = join(folder, 'changing');
    writeFileSync(path, 'abcdef');
    const pieces = ordinaryPieces(path, LIMIT, { pieceBytes: 2 });
    expect(String((await pieces.next()).value)).toBe('ab');
    truncateSync(path, 3);
    expect(String((await pieces.next()).value)).toBe('c');
    await expect(pieces.next()).rejects.toThrow(`${path} changed while it was read: try again`);

    const grown = ordinaryPieces(path, LIMIT, { pieceBytes: 2 });
    await grown.next();
    appendFileSync(path, 'more');
    expect(String((await grown.next()).value)).toBe('c');
    expect((await grown.next()).done).toBe(true);
  });

  it('is refused where it has more bytes than the system says, as files of /proc do', async () => {
    await expect(readOrdinary('/proc/self/status', LIMIT)).rejects.toThrow('changed while it was read');
    expect(() => readOrdinarySync('/proc/self/status', LIMIT)).toThrow('changed while it was read');
  });
});

it('ends a stream that has more than a file may have', async () => {
  let given = 0;
  async function* endless() {
    for (;;) {
      given += 40;
      yield Buffer.alloc(40, 'x');
    }
  }
  await expect(boundedText(endless(), 'The text from stdin', LIMIT)).rejects.toThrow(
    'The text from stdin is too long: the spec may have 100 bytes.',
  );
  expect(given).toBe(120);
});
