import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { wireNumbers } from '#contract/wire.ts';
import { AppError, messageOf } from '#core/errors.ts';
import {
  isServed,
  LANGUAGE,
  LANGUAGE_HEADER,
  LIFE_HEADER,
  MOST_BYTES,
  makeRoomForSocket,
  socketAddress,
  socketFile,
} from './address.ts';

/** How often clients get a sign of life, by which they tell an owner that works from one that has been stopped. */
const SIGN_MS = 1000;

/** Our own answers, on which a busy machine works longer, can keep the program from ending for this long. */
const ANSWERS_MS = 10_000;
/** A client that does not answer can do so for this long. */
const GRACE_MS = 1000;

export interface ContractServer {
  /** How many programs are connected. */
  clients(): number;
  close(): Promise<void>;
}

/**
 * Serves the contract to the other programs of this user on the home's socket (mode 0600). Only the owner of the home may
 * call it: it removes a socket that a killed owner left. Throws where the socket cannot be made, and leaves nothing open then.
 */
export async function serveContract(home: string, router: AnyRouter): Promise<ContractServer> {
  const answering = new Answering();
  const handler = new RPCHandler(router, {
    customJsonSerializers: wireNumbers,
    interceptors: [({ next }) => answering.track(next())],
  });
  const server = createServer();
  const life = randomUUID();
  const sockets = new WebSocketServer({ server, maxPayload: MOST_BYTES, perMessageDeflate: false });
  // It repeats what the server could not do, which `listen` tells.
  sockets.on('error', () => undefined);
  sockets.on('headers', (headers) => headers.push(`${LANGUAGE_HEADER}: ${LANGUAGE}`, `${LIFE_HEADER}: ${life}`));
  sockets.on('connection', (socket) => {
    // What a client sends against the rules of the socket ends its connection, and nothing else.
    socket.on('error', () => socket.terminate());
    void handler.upgrade(socket);
  });
  await listen(server, home);
  const signs = setInterval(() => sockets.clients.forEach((socket) => void socket.ping()), SIGN_MS);
  return {
    clients: () => sockets.clients.size,
    close: async () => {
      clearInterval(signs);
      await Promise.race([answering.done(), sleep(ANSWERS_MS, undefined, { ref: false })]);
      await hangUp([...sockets.clients]);
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      // What somebody put in its place meanwhile stays.
      if (isServed(home)) makeRoomForSocket(home);
    },
  };
}

/** The unanswered requests: a client that asked to pause the last run should still hear that it is paused. */
class Answering {
  readonly #open = new Set<Promise<unknown>>();

  track<Result>(answer: Promise<Result>): Promise<Result> {
    const settled = answer.catch(() => undefined).finally(() => this.#open.delete(settled));
    this.#open.add(settled);
    return answer;
  }

  async done(): Promise<void> {
    await Promise.all(this.#open);
    // The last answers are written in the next turn.
    await nextTurn();
  }
}

async function hangUp(clients: readonly WebSocket[]): Promise<void> {
  const closed = clients.map((client) => once(client, 'close'));
  for (const client of clients) client.close(1001);
  await Promise.race([Promise.all(closed), sleep(GRACE_MS, undefined, { ref: false })]);
  for (const client of clients) client.terminate();
}

async function listen(server: Server, home: string): Promise<void> {
  makeRoomForSocket(home);
  try {
    await bind(server, home);
  } catch (error) {
    server.close();
    throw new AppError(
      'unavailable',
      `No other program can reach ${home}, since its socket cannot be made (${messageOf(error)}): choose another folder with --home.`,
      { cause: error },
    );
  }
}

async function bind(server: Server, home: string): Promise<void> {
  const address = socketAddress(home);
  // Nobody else may connect, not even between the bind and the chmod.
  const mask = process.umask(0o077);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(address.path, resolve);
    });
  } finally {
    process.umask(mask);
    address.release();
  }
  const file = socketFile(home);
  if (file !== null) await chmod(file, 0o600);
}
