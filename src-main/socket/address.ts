import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';

const SOCKET_NAME = 'lab.sock';

export interface SocketAddress {
  readonly path: string;
  /** Closes the folder that the path goes through, once the path has been bound or connected. */
  release(): void;
}

/**
 * The address at which the owner of a home listens. A socket's path may have only 107 bytes, a home's may have more: on Linux the
 * folder is opened and the path goes through its descriptor. Windows has named pipes instead.
 */
export function socketAddress(home: string): SocketAddress {
  if (process.platform === 'win32') {
    return {
      path: `\\\\.\\pipe\\freezeout-lab-${createHash('sha256').update(home).digest('hex').slice(0, 32)}`,
      release: () => undefined,
    };
  }
  if (process.platform !== 'linux') return { path: join(home, SOCKET_NAME), release: () => undefined };
  const folder = openSync(home, 'r');
  return { path: `/proc/self/fd/${folder}/${SOCKET_NAME}`, release: () => closeSync(folder) };
}

/** Whether an owner seems to listen: a cheap check. A killed owner leaves its file, so only connecting tells for certain. */
export function isServed(home: string): boolean {
  const file = socketFile(home);
  return file === null || existsSync(file);
}

/** The file of the socket; null on Windows. The file that a killed owner left has to be removed before binding. */
export function socketFile(home: string): string | null {
  return process.platform === 'win32' ? null : join(home, SOCKET_NAME);
}
