import { lstatSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeFolders } from './make-folders.mjs';
import { activityOf, processStart } from './process-state.mjs';
import { SetupError } from './setup-error.mjs';

const pollMs = 200;
/** Whoever waits says so every minute: silence would look as if it hung. */
const tellMs = 60_000;
/** A lock file is created and filled in two steps. One older than this that names no owner is from a process killed in between. */
const unfilledLifetimeMs = 2000;
/** How often an owner touches its lock, as a sign of life for other machines, which cannot look at its process. */
const signMs = 10_000;
/** Without a sign for so long, by the clock of whoever waits, an owner on another machine is gone; a network's disk shows signs a minute late. */
const silentMs = 180_000;
/** No owner's note is longer: a longer file is not one. */
const mostBytes = 1000;

/** @typedef {{ pid: number, startedAt: string | null, host: string }} Owner */

/**
 * Runs `work` while no other process holds the lock at `path`, also of another machine that sees the same disk. The lock of a dead process does
 * not count.
 * @template T
 * @param {string} path
 * @param {{ work: () => Promise<T>, onWait: (pid: number, host: string) => void, signal?: AbortSignal, silentAfterMs?: number }} options
 *   `onWait` is called at once and then every minute with the process that we wait for and its machine; `signal` ends the wait
 * @returns {Promise<T>}
 */
export async function withLock(path, { work, onWait, signal, silentAfterMs = silentMs }) {
  makeFolders(dirname(path));
  const note = await acquire(path, { onWait, signal, silence: new Silence(path, silentAfterMs) });
  const signs = setInterval(() => giveSign(path), signMs).unref();
  try {
    return await work();
  } finally {
    clearInterval(signs);
    // Another machine may have taken this one for gone, as when it slept: then it is another's lock.
    if (readLock(path) === note) rmSync(path, { force: true });
  }
}

/** @param {string} path */
function giveSign(path) {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // A disk that fails for a moment: the next sign is soon.
  }
}

/**
 * @param {string} path
 * @param {{ onWait: (pid: number, host: string) => void, signal: AbortSignal | undefined, silence: Silence }} waiting
 * @returns {Promise<string>} what is written in the lock
 */
async function acquire(path, { onWait, signal, silence }) {
  let toldAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const note = tryCreate(path);
    if (note !== null) return note;
    const content = readLock(path);
    const owner = ownerIn(content);
    if (isElsewhere(owner) ? silence.isOver(content) : isStale(path, owner)) {
      removeStale(path, content);
      continue;
    }
    refuseStopped(owner, path);
    if (owner !== null && performance.now() - toldAt > tellMs) {
      onWait(owner.pid, owner.host);
      toldAt = performance.now();
    }
    await wait(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

/** For how long an owner on another machine has given no sign, by our own clock: those of two machines differ. */
class Silence {
  #path;
  #longestMs;
  #last = '';
  #since = 0;

  /** @param {string} path @param {number} longestMs */
  constructor(path, longestMs) {
    this.#path = path;
    this.#longestMs = longestMs;
  }

  /** @param {string} content of the lock */
  isOver(content) {
    const sign = `${content} ${lstatSync(this.#path, { throwIfNoEntry: false })?.mtimeMs}`;
    if (sign !== this.#last) [this.#last, this.#since] = [sign, performance.now()];
    return performance.now() - this.#since > this.#longestMs;
  }
}

/** @param {string} path @returns {string | null} what was written; null where the lock is there already */
function tryCreate(path) {
  const note = JSON.stringify({ pid: process.pid, startedAt: processStart(process.pid), host: hostname() });
  try {
    writeFileSync(path, note, { flag: 'wx' });
    return note;
  } catch (error) {
    if (isFileError(error, 'EEXIST')) return null;
    throw error;
  }
}

/** @param {string} path @returns {string} what it says; nothing where it is gone */
function readLock(path) {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return '';
  if (!found.isFile()) throw new SetupError(`${path} is not a file that a set-up wrote: remove it, then try again.`);
  try {
    return found.size > mostBytes ? `${found.size} bytes` : readFileSync(path, 'utf8');
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return '';
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(`${path} cannot be read (${reason}): remove it, then try again.`, { cause: error });
  }
}

/** @param {string} content @returns {Owner | null} null where the lock was not filled in, or cut, or by another program */
function ownerIn(content) {
  try {
    // Earlier versions wrote no host.
    const { pid, startedAt, host = hostname() } = Object(JSON.parse(content));
    const isProcess = Number.isSafeInteger(pid) && pid > 0 && (startedAt === null || typeof startedAt === 'string');
    return isProcess && typeof host === 'string' ? { pid, startedAt, host } : null;
  } catch {
    return null;
  }
}

/** @param {string} path @param {Owner | null} owner */
function isStale(path, owner) {
  if (owner !== null) return !isRunning(owner.pid) || processStart(owner.pid) !== owner.startedAt;
  const found = lstatSync(path, { throwIfNoEntry: false });
  // The clock may have been set back since.
  return found !== undefined && Math.abs(Date.now() - found.mtimeMs) > unfilledLifetimeMs;
}

/** Of a process there, nothing can be known here. @param {Owner | null} owner */
function isElsewhere(owner) {
  return owner !== null && owner.host !== hostname();
}

/** Nobody should wait for a process that cannot go on. @param {Owner | null} owner @param {string} path */
function refuseStopped(owner, path) {
  if (owner === null || isElsewhere(owner) || activityOf(owner.pid) !== 'stopped') return;
  const { pid } = owner;
  throw new SetupError(
    `Process ${pid}, which holds ${path}, is stopped: continue it with \`kill -CONT ${pid}\` or end it with \`kill -KILL ${pid}\`, then try again.`,
  );
}

/**
 * Two waiters may see the same dead owner. The lock is moved aside before it is removed, and put back if it is
 * another waiter's new one.
 * @param {string} path @param {string} content what the dead owner wrote
 */
function removeStale(path, content) {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return;
    throw error;
  }
  if (readLock(aside) === content) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isFileError(error, 'EPERM');
  }
}

/** @param {unknown} error @param {string} code */
export function isFileError(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
