import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { LabClient } from '#contract/client.ts';
import { translateErrors, wireNumbers } from '#contract/wire.ts';
import { socketAddress } from './address.ts';

export interface OwnerConnection {
  readonly client: LabClient;
  /** Resolves once the owner has gone, or the connection was closed here. */
  readonly lost: Promise<void>;
  close(): void;
}

/** `ws` implements the browser's WebSocket; only its declared listener options are narrower. */
type LinkSocket = ConstructorParameters<typeof RPCLink>[0]['websocket'];

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
  // A broken connection also closes: `lost` tells, and pending calls reject.
  socket.on('error', () => socket.terminate());
  const link = new RPCLink({
    websocket: socket as unknown as LinkSocket,
    customJsonSerializers: wireNumbers,
    interceptors: [translateErrors],
  });
  return { client: createORPCClient(link), lost, close: () => socket.close() };
}
