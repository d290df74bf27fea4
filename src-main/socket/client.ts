import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { WebSocket } from 'ws';
import type { LabClient } from '#contract/client.ts';
import { translateErrors, wireNumbers } from '#contract/wire.ts';
import { socketAddress } from './address.ts';

export interface OwnerConnection {
  readonly client: LabClient;
  /** Resolves once the owner has gone, or this side has closed the connection. */
  readonly lost: Promise<void>;
  close(): void;
}

/** Connects to the owner of a home; null where nobody listens. */
export async function connectToOwner(home: string): Promise<OwnerConnection | null> {
  const address = socketAddress(home);
  const socket = new WebSocket(`ws+unix:${address.path}:/`, { perMessageDeflate: false });
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  address.release();
  if (!opened) return null;
  const lost = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  // A broken connection also closes, which resolves `lost` and rejects pending calls.
  socket.on('error', () => socket.terminate());
  const link = new RPCLink({
    port: portOver(socket),
    customJsonSerializers: wireNumbers,
    interceptors: [translateErrors],
  });
  return { client: createORPCClient(link), lost, close: () => socket.close() };
}

/** The socket as a message port, with the message format that oRPC uses for sockets. */
function portOver(socket: WebSocket) {
  return {
    postMessage: (data: string | Uint8Array) => {
      // `ws` silently drops messages to a socket that has closed.
      if (socket.readyState !== WebSocket.OPEN) throw new Error('The connection to the owner of the home is closed.');
      socket.send(data);
    },
    onMessage: {
      addListener: (hear: (data: string | Uint8Array) => void) => {
        socket.on('message', (data: Buffer, isBinary) => hear(isBinary ? data : data.toString()));
      },
    },
    onDisconnect: {
      addListener: (hear: () => void) => {
        socket.on('close', hear);
      },
    },
  };
}
