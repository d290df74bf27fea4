import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeFolders } from './make-folders.mjs';

const pollMs = 200;
/** A lock file is created and filled in two steps. An empty file older than this is from a process killed in between. */
const emptyLockLifetimeMs = 2000;

/** @typedef {{ pid: number, startedAt: string | null }} Owner */

/**
 * Runs `work` while no other process holds the lock at `path`. The lock of a dead process does not count.
 * @template T
 * @param {string} path
 * @param {{ work: () => Promise<T>, onWait: (pid: number) => void, signal?: AbortSignal }} options `onWait` is called once with the
 * process that we wait for; `signal` ends the wait
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
  let hasWaited = false;
  while (!tryCreate(path)) {
    const content = readLock(path);
    if (isStale(path, content)) {
      removeStale(path, content);
      continue;
    }
    if (!hasWaited && content) onWait(parseOwner(content).pid);
    hasWaited ||= content !== '';
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

/** @param {string} path */
function readLock(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return '';
    throw error;
  }
}

/** @param {string} content @returns {Owner} */
function parseOwner(content) {
  return /** @type {Owner} */ (JSON.parse(content));
}

/** @param {string} path @param {string} content */
function isStale(path, content) {
  if (content === '') {
    const info = statSync(path, { throwIfNoEntry: false });
    return info !== undefined && Date.now() - info.mtimeMs > emptyLockLifetimeMs;
  }
  const { pid, startedAt } = parseOwner(content);
  return !isRunning(pid) || processStart(pid) !== startedAt;
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

/**
 * When a process started, in clock ticks since boot, so that a reused process id is not taken for the owner.
 * Null where the system does not say (only Linux has `/proc/PID/stat`, field 22).
 * @param {number} pid
 * @returns {string | null}
 */
function processStart(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, which may contain blanks: count from the end of the name.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch (error) {
    if (isFileError(error, 'ENOENT') || isFileError(error, 'ESRCH')) return null;
    throw error;
  }
}

/** @param {unknown} error @param {string} code */
export function isFileError(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
