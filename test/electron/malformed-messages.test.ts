import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { LabClient } from '#contract/client.ts';
import { pageContract } from '#contract/desktop.ts';
import type { DesktopPorts } from '../../src-main/electron/desktop-ports.ts';
import { answerOn } from '../../src-main/electron/page-port.ts';
import { createPageRouter } from '../../src-main/electron/page-router.ts';
import { socketAddress } from '../../src-main/socket/address.ts';
import { serveContract } from '../../src-main/socket/server.ts';

/** `MALFORMED_MESSAGES=10000 npx vitest run test/electron/malformed-messages.test.ts` is the full count. */
const MESSAGES = Number(process.env.MALFORMED_MESSAGES ?? 500);
const TIMEOUT_MS = 600_000;

const PATHS = Object.entries(pageContract).flatMap(([noun, verbs]) =>
  Object.keys(verbs).map((verb) => `/${noun}/${verb}`),
);

/** A key that no schema knows: every object of the contract is strict. */
const unknownKey = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }).map((object) => ({ ...object, '?': 1 }));
const wrongInput = fc.oneof(unknownKey, fc.string(), fc.integer(), fc.constant(null), fc.array(fc.jsonValue()));
const wrongPath = fc.oneof(
  fc.string(),
  fc.constantFrom('/', '/__proto__/x', '/runs', '/runs/constructor', '//', '/%00'),
);

const request = (path: fc.Arbitrary<unknown>, input: fc.Arbitrary<unknown>) =>
  fc.tuple(path, input).map(([u, json]) => JSON.stringify({ i: '1', p: { u, b: { json } } }));

/** What a page or a program of the home may send that is no request of ours. */
const malformedText = fc.oneof(
  fc.string({ maxLength: 2000 }),
  fc.json(),
  request(fc.constantFrom(...PATHS), wrongInput),
  request(wrongPath, fc.jsonValue()),
  request(fc.jsonValue(), fc.jsonValue()),
  request(fc.constantFrom(...PATHS), fc.constant({ '?': 1 })).map((text) => text.slice(0, text.length >> 1)),
  fc.tuple(fc.jsonValue(), fc.jsonValue(), fc.jsonValue()).map(([i, t, p]) => JSON.stringify({ i, t, p })),
);

/** A client of which every call counts: none may be reached. */
function countingClient(): { readonly client: LabClient; readonly calls: string[] } {
  const calls: string[] = [];
  const answer = (name: string) => async () => {
    calls.push(name);
    return null;
  };
  const verbs = (noun: string) => new Proxy({}, { get: (_, verb) => answer(`${noun}.${String(verb)}`) });
  const client = new Proxy({}, { get: (_, noun) => (noun === 'then' ? undefined : verbs(String(noun))) });
  return { client: client as LabClient, calls };
}

function pageRouter(client: LabClient, calls: string[]) {
  const touched = (name: string) => () => {
    calls.push(name);
    throw new Error(name);
  };
  const lab = {
    client: async () => client,
    ask: async (question: (client: LabClient) => Promise<unknown>) => question(client),
    ownerships: touched('ownership'),
  };
  const mailbox = { follow: touched('follow') };
  const tools = new Proxy({}, { get: (_, tool) => touched(String(tool)) });
  const ports = { lab, home: '/', window: touched('window'), navigation: mailbox, notices: mailbox, tools };
  return createPageRouter({ ...ports, elsewhere: null, hasTray: touched('tray') } as unknown as DesktopPorts);
}

describe('malformed messages', () => {
  beforeEach(() => {
    // oRPC logs each.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
  });

  it('of a page reach nothing and break nothing', { timeout: TIMEOUT_MS }, async () => {
    const { client, calls } = countingClient();
    const port = Object.assign(new EventEmitter(), { postMessage: () => undefined });
    answerOn(port, pageRouter(client, calls));
    const anything = fc.oneof({ weight: 4, arbitrary: malformedText }, { weight: 1, arbitrary: fc.anything() });
    await fc.assert(
      fc.asyncProperty(anything, async (data) => {
        port.emit('message', { data });
        await nextTurn();
        expect(calls).toEqual([]);
      }),
      { numRuns: MESSAGES },
    );
    port.emit('message', { data: JSON.stringify({ i: '1', p: { u: '/runs/list', b: { json: {} } } }) });
    await vi.waitFor(() => {
      expect(calls).toEqual(['runs.list']);
    });
  });

  it('of another program reach nothing and break nothing', { timeout: TIMEOUT_MS }, async () => {
    const home = await mkdtemp(join(tmpdir(), 'malformed-'));
    const { client, calls } = countingClient();
    const server = await serveContract(home, pageRouter(client, calls));
    const socket = new WebSocket(`ws+unix:${socketAddress(home).path}:/`);
    await once(socket, 'open');
    const anything = fc.oneof(malformedText, fc.uint8Array({ maxLength: 500 }));
    await fc.assert(
      fc.asyncProperty(anything, async (data) => {
        await new Promise((resolve) => socket.send(data, resolve));
        expect(calls).toEqual([]);
      }),
      { numRuns: MESSAGES },
    );
    // The server still answers, so all before was read.
    const answer = once(socket, 'message');
    socket.send(JSON.stringify({ i: 'last', p: { u: '/desktop/about', b: { json: { '?': 1 } } } }));
    await answer;
    expect(socket.readyState).toBe(WebSocket.OPEN);
    expect(calls).toEqual([]);
    socket.close();
    await server.close();
    await rm(home, { recursive: true });
  });
});
