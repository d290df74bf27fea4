import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
/** No owner's note is longer: a longer file is not one. */
const mostBytes = 1000;

/** @typedef {{ pid: number, startedAt: string | null }} Owner */

/**
 * Runs `work` while no other process holds the lock at `path`. The lock of a dead process does not count.
 * @template T
 * @param {string} path
 * @param {{ work: () => Promise<T>, onWait: (pid: number) => void, signal?: AbortSignal }} options `onWait` is called at once and then
 * every minute with the process that we wait for; `signal` ends the wait
 * @returns {Promise<T>}
 */
export async function withLock(path, { work, onWait, signal }) {
  makeFolders(dirname(path));
  await acquire(path, { onWait, signal });
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** @param {string} path @param {{ onWait: (pid: number) => void, signal: AbortSignal | undefined }} waiting */
async function acquire(path, { onWait, signal }) {
  let toldAt = Number.NEGATIVE_INFINITY;
  while (!tryCreate(path)) {
    const content = readLock(path);
    const owner = ownerIn(content);
    if (isStale(path, owner)) {
      removeStale(path, content);
      continue;
    }
    if (owner !== null) refuseStopped(owner.pid, path);
    if (owner !== null && performance.now() - toldAt > tellMs) {
      onWait(owner.pid);
      toldAt = performance.now();
    }
    await wait(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

/** @param {string} path */
function tryCreate(path) {
  const owner = { pid: process.pid, startedAt: processStart(process.pid) };
  try {
    writeFileSync(path, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    if (isFileError(error, 'EEXIST')) return false;
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
    const { pid, startedAt } = Object(JSON.parse(content));
    const isOwner = Number.isSafeInteger(pid) && pid > 0 && (startedAt === null || typeof startedAt === 'string');
    return isOwner ? { pid, startedAt } : null;
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

/** Nobody should wait for a process that cannot go on. @param {number} pid @param {string} path */
function refuseStopped(pid, path) {
  if (activityOf(pid) !== 'stopped') return;
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
