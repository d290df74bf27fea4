import { WebSocket } from 'ws';
import type { AppError } from '#core/errors.ts';
import { errorCodeOf } from '#core/system-error.ts';
import { Silence } from '../threads/silence.ts';
import { LANGUAGE, LANGUAGE_HEADER, MOST_BYTES, type SocketAddress, socketAddress } from './address.ts';
import { anotherVersion, foreignListener, silentOwner } from './owner-error.ts';
import { ownerProcess } from './owner-process.ts';

/** An owner accepts at once: so long, even where the machine is busy. */
const SILENT_SECONDS = 2.5;
/** A process that was stopped will not answer, so that nobody need wait. */
const STOPPED_SECONDS = 1;

/** Errors of a connection that say that nobody is there, or no longer, or that the socket belongs to another user. */
const NOBODY = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTDIR', 'ECONNRESET', 'EPIPE', 'EACCES', 'EPERM', 'ENOTSOCK']);
/** More clients wait than the system lets wait: nobody is taken in any more. */
const CROWDED = 'EAGAIN';

/** Connects to the socket of a home; null where nobody listens. Throws 'locked' where the one who listens is silent, or is no owner. */
export async function connectSocket(home: string): Promise<WebSocket | null> {
  const address = addressOf(home);
  if (address === null) return null;
  try {
    return await opened(home, address.path);
  } finally {
    address.release();
  }
}

/** Null where this user cannot look into the home. */
function addressOf(home: string): SocketAddress | null {
  try {
    return socketAddress(home);
  } catch {
    return null;
  }
}

function opened(home: string, path: string): Promise<WebSocket | null> {
  const socket = new WebSocket(`ws+unix:${path}:/`, { perMessageDeflate: false, maxPayload: MOST_BYTES });
  return new Promise((resolve, reject) => {
    const silence = new Silence((seconds) => {
      const isStopped = seconds >= STOPPED_SECONDS && ownerProcess(home)?.activity === 'stopped';
      if (isStopped || seconds >= SILENT_SECONDS) refuse(silentOwner(home));
    });
    const refuse = (reason: AppError) => {
      silence.end();
      reject(reason);
      socket.terminate();
    };
    socket.on('upgrade', ({ headers }) => {
      if (headers[LANGUAGE_HEADER] !== LANGUAGE) refuse(anotherVersion(home));
    });
    socket.once('open', () => {
      silence.end();
      resolve(socket);
    });
    socket.on('error', (error) => {
      silence.end();
      if (isNobody(error)) resolve(null);
      else reject(errorCodeOf(error) === CROWDED ? silentOwner(home) : foreignListener(home, error.message));
    });
  });
}

function isNobody(error: Error): boolean {
  return NOBODY.has(errorCodeOf(error) ?? '') || error.message === 'socket hang up';
}
