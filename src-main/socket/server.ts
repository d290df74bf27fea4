import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { wireNumbers } from '#contract/wire.ts';
import { socketAddress, socketFile } from './address.ts';

/** Longest message that a client may send; imported studies are the longest. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** A client that does not answer can keep the program from ending for this long. */
const GRACE_MS = 1000;

export interface ContractServer {
  close(): Promise<void>;
}

/**
 * Serves the contract to the other programs of this user on the home's socket (mode 0600). Only the owner of the home may
 * call it: it removes a socket that a killed owner left. Throws where the socket cannot be made.
 */
export async function serveContract(home: string, router: AnyRouter): Promise<ContractServer> {
  const answering = new Answering();
  const handler = new RPCHandler(router, {
    customJsonSerializers: wireNumbers,
    interceptors: [({ next }) => answering.track(next())],
  });
  const server = createServer();
  const sockets = new WebSocketServer({ server, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    void handler.upgrade(socket);
  });
  await listen(server, home);
  return {
    close: async () => {
      await Promise.race([answering.done(), sleep(GRACE_MS, undefined, { ref: false })]);
      await hangUp([...sockets.clients]);
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await removeSocket(home);
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
  await removeSocket(home);
  const address = socketAddress(home);
  // Nobody else may connect, not even between the bind and the chmod.
  const mask = process.umask(0o077);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(address.path, resolve);
    });
  } finally {
    process.umask(mask);
  }
  address.release();
  const file = socketFile(home);
  if (file !== null) await chmod(file, 0o600);
}

async function removeSocket(home: string): Promise<void> {
  const file = socketFile(home);
  if (file !== null) await rm(file, { force: true });
}
