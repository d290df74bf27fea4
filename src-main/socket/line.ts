import { connect, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCodeOf } from '#core/system-error.ts';
import { type SocketAddress, socketAddress } from './address.ts';

/** A line to the socket of a home for bytes that others speak; null where nobody listens. */
export async function lineToOwner(home: string): Promise<Socket | null> {
  let address: SocketAddress;
  try {
    address = socketAddress(home);
  } catch {
    // There is no such folder, or none that this user can look into.
    return null;
  }
  try {
    return await opened(address.path);
  } finally {
    address.release();
  }
}

function opened(path: string): Promise<Socket | null> {
  const socket = connect(path);
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}

/** What a line says that somebody has closed: that is how one ends. */
const CLOSED = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

/** Passes on all bytes in both directions until either side ends. */
export async function join(line: Socket, input: Readable, output: Writable): Promise<void> {
  try {
    await pipeline(input, line, output);
  } catch (error) {
    if (!CLOSED.has(errorCodeOf(error) ?? '')) throw error;
  } finally {
    line.destroy();
  }
}
