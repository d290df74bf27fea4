import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { KnownFile } from '#core/data/known/known-dataset.ts';
import { fetchFile } from '../../../src-main/datasets/download/fetch-file.ts';
import { HTTP_LIMITS, type HttpLimits, HttpSource } from '../../../src-main/datasets/download/http-source.ts';
import { rejection, temporaryFolder } from '../tiny-files.ts';
import { answering, type Behaviour, cutAfter, type FileServer, fileServer } from './file-server.ts';

const BYTES = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7 + index / 251) % 256);
const OTHER = BYTES.map((byte) => 255 - byte);

function fileOf(bytes: Uint8Array, change: Partial<KnownFile> = {}): KnownFile {
  const value = createHash('sha256').update(bytes).digest('hex');
  const checksums = [{ algorithm: 'sha256', value, publishedIn: 'this test' }] as const;
  return { name: 'data.bin', bytes: bytes.length, addresses: [], checksums, ...change };
}

interface Attempt {
  readonly folder?: string;
  readonly addresses?: readonly string[];
  readonly file?: KnownFile;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<HttpLimits>;
  readonly arrived?: (bytes: number) => void;
}

/** Fetches `data.bin`; returns the folder that it is in. */
async function fetched(server: FileServer, attempt: Attempt = {}): Promise<string> {
  const { folder = await temporaryFolder(), file = fileOf(BYTES), arrived = () => undefined } = attempt;
  const source = new HttpSource({ ...HTTP_LIMITS, ...attempt.limits });
  const addresses = attempt.addresses ?? [`${server.address}/data.bin`];
  const signal = attempt.signal ?? new AbortController().signal;
  try {
    const fetching = { source, signal, arrived, checked: () => undefined, firstWaitMs: 1 };
    await fetchFile({ file, folder, addresses }, fetching);
    return folder;
  } finally {
    await source.close();
  }
}

function expectWhole(folder: string): void {
  expect(readFileSync(join(folder, 'data.bin')).equals(BYTES)).toBe(true);
  expect(readdirSync(folder)).toEqual(['data.bin']);
}

describe('a file that comes', () => {
  test('gets its name once it was checked, and is not asked for again', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    const folder = await fetched(server);
    expectWhole(folder);
    await fetched(server, { folder });
    expect(server.asked).toEqual(['data.bin']);
  });

  test('goes on behind what had arrived before the connection broke', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    server.next.push(cutAfter(BYTES, 60_000));
    expectWhole(await fetched(server));
    expect(server.asked).toEqual(['data.bin', 'data.bin bytes=60000-']);
  });

  test('goes on in a later call, also without a mark of its version', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    server.etag = null;
    server.next.push(cutAfter(BYTES, 60_000, {}));
    const folder = await temporaryFolder();
    const stopping = new AbortController();
    const arrived = (bytes: number) => bytes >= 60_000 && stopping.abort();
    await expect(fetched(server, { folder, signal: stopping.signal, arrived })).rejects.toThrow();
    expect(existsSync(join(folder, 'data.bin'))).toBe(false);
    expectWhole(await fetched(server, { folder }));
    expect(server.asked).toEqual(['data.bin', 'data.bin bytes=60000-']);
  });

  test('is checked without a request where the end of the process came before the check', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'data.bin.part'), BYTES);
    const origin = { address: `${server.address}/data.bin`, validator: '"1"', total: BYTES.length };
    writeFileSync(join(folder, 'data.bin.part.json'), JSON.stringify(origin));
    expectWhole(await fetched(server, { folder }));
    expect(server.asked).toEqual([]);
  });

  test('starts over where the server knows no ranges', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    const whole: Behaviour = (_, __, response) => void response.writeHead(200).end(BYTES);
    server.next.push(cutAfter(BYTES, 60_000), whole);
    expectWhole(await fetched(server));
  });

  test('starts over where the file has changed meanwhile', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    server.etag = '"2"';
    server.next.push(cutAfter(OTHER, 60_000, { etag: '"1"' }));
    expectWhole(await fetched(server));
    expect(server.asked).toEqual(['data.bin', 'data.bin bytes=60000-']);
  });

  test('starts over where pieces of two versions do not make one file', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    server.etag = null;
    server.next.push(cutAfter(OTHER, 60_000, {}));
    expectWhole(await fetched(server));
    expect(server.asked).toEqual(['data.bin', 'data.bin bytes=60000-', 'data.bin']);
  });

  test('starts over where the server has less than is here', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'data.bin.part'), Buffer.concat([BYTES, BYTES]));
    const origin = { address: `${server.address}/data.bin`, validator: '"1"', total: 300_000 };
    writeFileSync(join(folder, 'data.bin.part.json'), JSON.stringify(origin));
    expectWhole(await fetched(server, { folder }));
    expect(server.asked).toEqual(['data.bin bytes=200000-', 'data.bin']);
  });

  test('is asked for again where the server is busy, after the wait that it asks for', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    server.next.push(answering(503), answering(429, { 'retry-after': '0' }));
    expectWhole(await fetched(server));
    expect(server.asked).toHaveLength(3);
  });

  test('is asked for again where the server stops sending', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    server.next.push((_, __, response) => {
      response.writeHead(200, { 'content-length': BYTES.length, etag: '"1"' });
      response.write(BYTES.subarray(0, 1000));
    });
    expectWhole(await fetched(server, { limits: { silenceMs: 300 } }));
    expect(server.asked).toEqual(['data.bin', 'data.bin bytes=1000-']);
  });

  test('may lie behind a redirect', async () => {
    const server = await fileServer({ 'files/data.bin': BYTES });
    server.next.push(answering(302, { location: '/files/data.bin' }));
    expectWhole(await fetched(server));
  });

  test('comes from the second address where the first one has it not, or has another file', async () => {
    const bad = await fileServer({ 'data.bin': OTHER });
    const good = await fileServer({ 'data.bin': BYTES });
    const addresses = [`${bad.address}/missing`, `${bad.address}/data.bin`, `${good.address}/data.bin`];
    expectWhole(await fetched(good, { addresses }));
    expect(bad.asked).toEqual(['missing', 'data.bin']);
  });
});

describe('a file that does not come', () => {
  test.each([
    [404, 'answers 404'],
    [403, 'answers 403'],
  ])('is not asked for twice after status %i', async (status, words) => {
    const server = await fileServer({});
    server.next.push(answering(status));
    const { code, message } = await rejection(fetched(server));
    expect(code).toBe('unavailable');
    expect(message).toBe(
      `data.bin could not be downloaded: ${server.address.slice(7)} ${words}. Check the network, then try again: what has arrived is kept.`,
    );
    expect(server.asked).toHaveLength(1);
  });

  test('is asked for four times by a server that stays busy', async () => {
    const server = await fileServer({});
    server.next.push(...Array.from({ length: 9 }, () => answering(503)));
    expect((await rejection(fetched(server))).message).toContain('answers 503');
    expect(server.asked).toHaveLength(4);
  });

  test('says that nobody listens', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    server.close();
    await once(server, 'close');
    const addresses = [`http://127.0.0.1:${port}/data.bin`];
    const nowhere = { address: '', asked: [], next: [], files: new Map(), etag: null };
    expect((await rejection(fetched(nowhere, { addresses }))).message).toContain('accepts no connection');
  });

  test('is thrown away where its bytes are wrong, with the place of the checksum', async () => {
    const server = await fileServer({ 'data.bin': OTHER });
    const folder = await temporaryFolder();
    const { code, message } = await rejection(fetched(server, { folder }));
    expect(code).toBe('corrupt');
    expect(message).toContain('sends what is another file: its SHA-256 is not the one in this test');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is a web page where a proxy wants a login', async () => {
    const server = await fileServer({});
    server.next.push(answering(200, { 'content-type': 'text/html; charset=utf-8' }, '<html>Log in</html>'));
    expect((await rejection(fetched(server))).message).toContain('sends a web page, perhaps of a proxy or a login');
  });

  test('is refused where it has no end', async () => {
    const server = await fileServer({});
    server.next.push(answering(200, { 'content-length': '99999999999' }));
    expect((await rejection(fetched(server))).message).toContain('sends 99999999999 bytes or more');
  });

  test('has to have the size of the table where no checksum is published', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    const file = fileOf(BYTES, { checksums: [] });
    expectWhole(await fetched(server, { file }));
    const longer = fileOf(BYTES, { checksums: [], bytes: 100_001 });
    expect((await rejection(fetched(server, { file: longer }))).message).toContain(
      'has 100000 bytes instead of 100001',
    );
  });

  test('follows no redirect to http on another machine, and none without end', async () => {
    const server = await fileServer({});
    server.next.push(answering(301, { location: 'http://example.com/data.bin' }));
    expect((await rejection(fetched(server))).message).toContain(
      'redirects to http://example.com, which is not secure',
    );
    server.next.push(...Array.from({ length: 9 }, () => answering(302, { location: '/data.bin' })));
    expect((await rejection(fetched(server))).message).toContain('redirects without end');
  });

  test('keeps what has arrived where the disk is full', async () => {
    const server = await fileServer({ 'data.bin': BYTES });
    const folder = await temporaryFolder();
    symlinkSync('/dev/full', join(folder, 'data.bin.part'));
    const { code, message } = await rejection(fetched(server, { folder }));
    expect(code).toBe('no-space');
    expect(message).toContain('is full: free some space');
  });
});

/** A proxy that tunnels, and serves http itself; it notes what it was asked for. */
async function proxy(
  status = 200,
): Promise<{ readonly port: number; readonly asked: string[]; readonly logins: string[] }> {
  const [asked, logins]: [string[], string[]] = [[], []];
  const server = createServer((request, response) => {
    asked.push(`GET ${request.url}`);
    logins.push(request.headers['proxy-authorization'] ?? '');
    if (status !== 200) response.writeHead(status).end();
    else response.writeHead(200, { 'content-length': BYTES.length }).end(BYTES);
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    logins.push(request.headers['proxy-authorization'] ?? '');
    socket.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, asked, logins };
}

function environment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    onTestFinished(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

describe('a proxy', () => {
  test('is asked where the environment names one, with its password, and not for the names of NO_PROXY', async () => {
    const { port, asked, logins } = await proxy();
    environment({ http_proxy: `http://me:secret@127.0.0.1:${port}`, no_proxy: '127.0.0.1' });
    const server = await fileServer({ 'data.bin': BYTES });
    expectWhole(await fetched(server, { addresses: ['http://data.example/data.bin'] }));
    expect(asked).toEqual(['GET http://data.example/data.bin']);
    expect(logins).toEqual([`Basic ${Buffer.from('me:secret').toString('base64')}`]);
    expectWhole(await fetched(server));
    expect(asked).toHaveLength(1);
  });

  test('that refuses is named without its password', async () => {
    const { port, asked } = await proxy(407);
    environment({ https_proxy: `http://me:secret@127.0.0.1:${port}` });
    const server = await fileServer({});
    const { message } = await rejection(fetched(server, { addresses: ['https://data.example/data.bin'] }));
    expect(asked).toEqual(['CONNECT data.example:443']);
    expect(message).toContain('data.example is not reached, since the proxy answers 407');
    expect(message).not.toContain('secret');
  });

  test('that is no address is said so without its password', () => {
    environment({ http_proxy: 'http://me:secret@[' });
    let message = '';
    try {
      new HttpSource();
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('HTTP_PROXY or HTTPS_PROXY is not the address of a proxy');
    expect(message).not.toContain('secret');
  });
});
