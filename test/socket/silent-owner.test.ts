import { spawn } from 'node:child_process';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { createServer as createPlainServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestContext } from 'vitest';
import { describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { activityOf } from '../../src-main/setup/process-state.mjs';
import { LANGUAGE, LANGUAGE_HEADER } from '../../src-main/socket/address.ts';
import { inTime } from '../../src-main/socket/answer-limit.ts';
import { connectToOwner } from '../../src-main/socket/client.ts';
import { unservedHome } from '../../src-main/socket/owner-error.ts';
import { ownerProcess } from '../../src-main/socket/owner-process.ts';
import { openStore } from '../../src-main/sqlite/store-thread.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

/** A program that listens at the socket of a home and does this with whoever connects. */
async function listener({ onTestFinished }: TestContext, behave: (socket: Socket) => void): Promise<string> {
  const home = temporaryFolder();
  const sockets: Socket[] = [];
  const server = createPlainServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    behave(socket);
  });
  await listening(server, home);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return home;
}

/** One that greets like an owner of this version, or of another, and then does this. */
async function greeter(
  { onTestFinished }: TestContext,
  behave: (socket: WebSocket) => void,
  language = LANGUAGE,
): Promise<string> {
  const home = temporaryFolder();
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('headers', (headers) => headers.push(`${LANGUAGE_HEADER}: ${language}`));
  sockets.on('connection', behave);
  await listening(server, home);
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  return home;
}

function listening(server: { listen(path: string, done: () => void): unknown }, home: string): Promise<void> {
  return new Promise((resolve) => server.listen(join(home, 'lab.sock'), () => resolve()));
}

/** What a client of that home is told when it asks. */
async function answerOf({ onTestFinished }: TestContext, home: string): Promise<unknown> {
  const connection = await connectToOwner(home);
  if (connection === null) return null;
  onTestFinished(() => connection.close());
  return connection.client.runs.list({});
}

const silence = (home: string) => `The program that listens at ${join(home, 'lab.sock')} does not answer: `;

/** Sends letters for as long as the other side takes them. */
function sendForever(socket: Socket): void {
  const send = () => {
    while (socket.writable && socket.write('x'.repeat(10_000)));
    socket.once('drain', send);
  };
  send();
}

describe.concurrent('a socket whose listener is no owner', () => {
  it('that accepts and never answers is told in less than five seconds', { timeout: 5000 }, async (context) => {
    const home = await listener(context, () => undefined);
    await expect(answerOf(context, home)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(silence(home)),
    });
  });

  it('that sends half of an answer is told', { timeout: 5000 }, async (context) => {
    const home = await listener(context, (socket) => socket.write('HTTP/1.1 101 Swit'));
    await expect(answerOf(context, home)).rejects.toThrow(silence(home));
  });

  it.for<readonly [string, (socket: Socket) => void]>([
    ['sends garbage', (socket) => socket.write('\u0000\u0001 no protocol\n')],
    ['sends an endless line', sendForever],
    ['serves web pages', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')],
  ])('that %s is told', { timeout: 5000 }, async ([, behave], context) => {
    const home = await listener(context, behave);
    await expect(answerOf(context, home)).rejects.toThrow(
      /^What listens at .* does not answer as FreezeOut Lab does \(.*\): end that program/,
    );
  });

  it('that hangs up is nobody: the home may be free', async (context) => {
    expect(await answerOf(context, await listener(context, (socket) => socket.destroy()))).toBeNull();
  });

  it('of another version is told', async (context) => {
    const home = await greeter(context, () => undefined, '1');
    await expect(answerOf(context, home)).rejects.toThrow(
      /^The program that owns .* is another version of FreezeOut Lab: /,
    );
  });

  it('that greets and falls silent is told, whatever it was asked', { timeout: 5000 }, async (context) => {
    const home = await greeter(context, () => undefined);
    await expect(answerOf(context, home)).rejects.toThrow(silence(home));
  });

  it('that lives and does nothing is told, where it was asked for what it knows', {
    timeout: 5000,
  }, async (context) => {
    const home = await greeter(context, (socket) => {
      const signs = setInterval(() => socket.ping(), 200);
      socket.on('close', () => clearInterval(signs));
    });
    await expect(answerOf(context, home)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringMatching(
        / lives, but has not answered for \d s and does nothing: its disk or a part of it may/,
      ),
    });
  });

  it('that works is waited for', async (context) => {
    const home = await greeter(context, () => undefined);
    const computing = spawn(process.execPath, ['-e', 'for (;;);']);
    context.onTestFinished(() => void computing.kill('SIGKILL'));
    const owner = { pid: computing.pid ?? 0, activity: 'busy' } as const;
    const late = sleep(4500, 'late');
    expect(await inTime(late, { home, owner, path: ['runs', 'list'] })).toBe('late');
    const idle = { pid: process.pid, activity: 'waiting' } as const;
    expect(await inTime(late, { home, owner: idle, path: ['runs', 'measure'] })).toBe('late');
  });

  it.for<readonly [string, string | Buffer]>([
    ['no JSON', 'half of {"i":'],
    ['JSON of something else', '[1, 2]'],
    ['an answer without a part', '{"i":"0"}'],
    ['bytes', Buffer.from([1, 2, 255, 3])],
  ])('that answers with %s is told', async ([, garbage], context) => {
    const home = await greeter(context, (socket) => socket.on('message', () => socket.send(garbage)));
    await expect(answerOf(context, home)).rejects.toThrow(/its answers are no answers/);
  });

  it('that dies in the middle of an answer breaks the call at once, and is lost', async (context) => {
    const home = await greeter(context, (socket) => socket.on('message', () => socket.terminate()));
    const connection = await connectToOwner(home);
    await expect(connection?.client.runs.list({})).rejects.toThrow(
      `The program that owned ${home} ended before it answered: try again.`,
    );
    await connection?.lost;
  });
});

describe('what is in the place of a socket', () => {
  it.each<readonly [string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, 'x')],
    ['a dangling link', (path) => symlinkSync('/nowhere', path)],
  ])('is nobody where it is %s', async (_, put) => {
    const home = temporaryFolder();
    put(join(home, 'lab.sock'));
    expect(await connectToOwner(home)).toBeNull();
  });
});

describe.runIf(existsSync('/proc/locks'))('the process that owns a home', () => {
  it('is the one that holds its lock', async () => {
    const home = temporaryFolder();
    expect(ownerProcess(home)).toBeNull();
    const store = await openStore(home);
    expect(ownerProcess(home)?.pid).toBe(process.pid);
    expect(unservedHome(home).message).toBe(
      `The program that owns ${home} (process ${process.pid}) answers no other program: wait for its end, or end it with \`kill ${process.pid}\`, or choose another folder with --home.`,
    );
    await store?.close();
    expect(ownerProcess(home)).toBeNull();
  });

  it('computes while this test does; of a process that is not there, nothing is known', () => {
    expect(activityOf(process.pid)).toBe('busy');
    expect(activityOf(2 ** 30)).toBe('unknown');
  });
});

describe('an owner that lives and does not answer', () => {
  it('is none where it answers with more values than any answer has', async (context) => {
    const many = `{"i":"0","p":{"b":[${'0,'.repeat(4_000_000)}0]}}`;
    const home = await greeter(context, (socket) => socket.on('message', () => socket.send(many)));
    await expect(answerOf(context, home)).rejects.toThrow(/its answers are no answers/);
  });

  it('is none where the values of its answer cannot be read', async (context) => {
    const odd = { b: { json: {}, meta: [[1, '__proto__', 'x']] } };
    const answer = (asked: string) => JSON.stringify({ i: JSON.parse(asked).i, p: odd });
    const home = await greeter(context, (socket) => socket.on('message', (asked) => socket.send(answer(`${asked}`))));
    await expect(answerOf(context, home)).rejects.toThrow(/its answers are no answers/);
  });

  it('on another machine is waited for longer, but not for ever', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const asked = { home: 'ssh://gpubox/lab', owner: null, path: ['runs', 'list'], isFar: true };
    const refusal = inTime(new Promise(() => undefined), asked).catch((error: Error) => error.message);
    const first = Promise.race([refusal, Promise.resolve('waits')]);
    vi.advanceTimersByTime(119_000);
    expect(await first).toBe('waits');
    vi.advanceTimersByTime(2000);
    vi.useRealTimers();
    expect(await refusal).toBe(
      'The program that owns ssh://gpubox/lab lives, but has not answered for 120 s: look after the disk and the load of that machine, and try again.',
    );
  });
});
