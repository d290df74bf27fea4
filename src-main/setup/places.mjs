import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds `package.json`. */
export const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The system and processor, for names in the cache: `linux-x64`. */
export const platform = `${process.platform}-${process.arch}`;

/** @param {...string} parts */
export function inCheckout(...parts) {
  return join(checkout, ...parts);
}

/** The per-user cache that all clones share. It contains only what can be made again. */
export function cacheFolder() {
  const { FREEZEOUT_LAB_CACHE: own, XDG_CACHE_HOME: shared } = process.env;
  if (own) return own;
  if (shared) return join(shared, 'freezeout-lab');
  const caches = process.platform === 'darwin' ? join('Library', 'Caches') : '.cache';
  return join(homedir(), caches, 'freezeout-lab');
}

/** @param {string} name what the lock guards, such as a cached folder's name */
export function lockPath(name) {
  return join(cacheFolder(), 'locks', `${name.replaceAll(/[^\w.-]/g, '-')}.lock`);
}

/** Only one set-up at a time may change the packages of a checkout. */
export function checkoutLockPath() {
  return lockPath(`checkout-${createHash('sha256').update(checkout).digest('hex').slice(0, 16)}`);
}

/**
 * Where a program is, as the shell would find it.
 * @param {string} program
 * @returns {string | null}
 */
export function findProgram(program) {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  return candidates.find(isExecutable) ?? null;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
