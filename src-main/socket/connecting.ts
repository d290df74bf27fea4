import type { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ClientOptions, WebSocket } from 'ws';
import { AppError } from '#core/errors.ts';
import { errorCodeOf } from '#core/system-error.ts';
import { Silence } from '../threads/silence.ts';
import { LANGUAGE, LANGUAGE_HEADER, LIFE_HEADER, MOST_BYTES, type SocketAddress, socketAddress } from './address.ts';
import { anotherVersion, foreignListener, goneOwner, silentOwner } from './owner-error.ts';
import { ownerProcess } from './owner-process.ts';

/** An owner accepts at once: so long, even where the machine is busy. */
const SILENT_SECONDS = 2.5;
/** The same behind a line to another machine. */
const FAR_SECONDS = 15;
/** A process that was stopped will not answer, so that nobody need wait. */
const STOPPED_SECONDS = 1;

/** Errors of a connection that say that nobody is there, or no longer, or that the socket belongs to another user. */
const NOBODY = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTDIR', 'ECONNRESET', 'EPIPE', 'EACCES', 'EPERM', 'ENOTSOCK']);
/** More clients wait than the system lets wait: nobody is taken in any more. */
const CROWDED = 'EAGAIN';

export interface OpenSocket {
  readonly socket: WebSocket;
  /** Names this life of the owner; null where it does not say. */
  readonly life: string | null;
}

/** Connects to the socket of a home; null where nobody listens. Throws 'locked' where the one who listens is silent, or is no owner. */
export async function connectSocket(home: string): Promise<OpenSocket | null> {
  const address = addressOf(home);
  if (address === null) return null;
  try {
    return await opened(home, { url: `ws+unix:${address.path}:/`, silentSeconds: SILENT_SECONDS });
  } finally {
    address.release();
  }
}

/** Connects over a line that leads to the owner of a home. Throws 'locked' where what is behind it is none, and what ends the line. */
export async function connectOver(line: Duplex, home: string): Promise<OpenSocket> {
  // Node's client takes any stream; only the types ask for a socket.
  const options: ClientOptions = { createConnection: (() => line) as unknown as typeof connect };
  const open = await opened(home, { url: 'ws://lab/', silentSeconds: FAR_SECONDS, options });
  if (open === null) throw new AppError('unavailable', goneOwner(home));
  return open;
}

/** Null where this user cannot look into the home. */
function addressOf(home: string): SocketAddress | null {
  try {
    return socketAddress(home);
  } catch {
    return null;
  }
}

interface Target {
  readonly url: string;
  readonly silentSeconds: number;
  readonly options?: ClientOptions;
}

function opened(home: string, { url, silentSeconds, options }: Target): Promise<OpenSocket | null> {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: MOST_BYTES, ...options });
  return new Promise((resolve, reject) => {
    const silence = new Silence((seconds) => {
      const isStopped = seconds >= STOPPED_SECONDS && ownerProcess(home)?.activity === 'stopped';
      if (isStopped || seconds >= silentSeconds) refuse(silentOwner(home));
    });
    const refuse = (reason: AppError) => {
      silence.end();
      reject(reason);
      socket.terminate();
    };
    let life: string | null = null;
    socket.on('upgrade', ({ headers }) => {
      if (headers[LANGUAGE_HEADER] !== LANGUAGE) refuse(anotherVersion(home));
      const named = headers[LIFE_HEADER];
      if (typeof named === 'string') life = named;
    });
    socket.once('open', () => {
      silence.end();
      resolve({ socket, life });
    });
    socket.on('error', (error) => {
      silence.end();
      if (error instanceof AppError) reject(error);
      else if (isNobody(error)) resolve(null);
      else reject(errorCodeOf(error) === CROWDED ? silentOwner(home) : foreignListener(home, error.message));
    });
  });
}

function isNobody(error: Error): boolean {
  return NOBODY.has(errorCodeOf(error) ?? '') || error.message === 'socket hang up';
}
