import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CONTRACT_NUMBER } from '#core/elsewhere/hello.ts';
import { AppError } from '#core/errors.ts';

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

/** The header with which an owner says which version of the socket's language it speaks; version 0.1.0 says nothing. */
export const LANGUAGE_HEADER = 'freezeout-lab';
/** That of the contract. Since version 2, the owner sends a sign of life every second. */
export const LANGUAGE = String(CONTRACT_NUMBER);

/** The header with which an owner names this life of it: another one begins with the next program. */
export const LIFE_HEADER = 'freezeout-lab-life';

/** Longest message in either direction; exported studies are the longest. */
export const MOST_BYTES = 256 * 1024 * 1024;

/** Whether an owner seems to listen: a cheap check. A killed owner leaves its socket, so only connecting tells for certain. */
export function isServed(home: string): boolean {
  const file = socketFile(home);
  try {
    return file === null || lstatSync(file).isSocket();
  } catch {
    return false;
  }
}

/** The file of the socket; null on Windows. */
export function socketFile(home: string): string | null {
  return process.platform === 'win32' ? null : join(home, SOCKET_NAME);
}

/**
 * Removes what a former owner left in the place of the socket: its socket, or the empty file that a copy of the home has instead. Throws
 * 'conflict' where something else is there.
 */
export function makeRoomForSocket(home: string): void {
  const file = socketFile(home);
  const found = file === null ? undefined : lstatSync(file, { throwIfNoEntry: false });
  if (file === null || found === undefined) return;
  if (found.isSocket() || (found.isFile() && found.size === 0)) {
    rmSync(file, { force: true });
    return;
  }
  const what = found.isDirectory() ? 'a folder' : found.isSymbolicLink() ? 'a link' : 'a file';
  throw new AppError(
    'conflict',
    `${file} is ${what}, where the socket of the home has to be: move it away, or choose another folder with --home.`,
  );
}
