import { readdirSync, readFileSync } from 'node:fs';

/** How the system says that a thread computes, or waits for a disk. */
const WORKING = new Set(['R', 'D']);
/** How it says that a thread was stopped, by a signal or by a debugger. */
const STOPPED = new Set(['T', 't']);

/**
 * What the system tells of a process, from its state on (`/proc/PID/stat` from field 3 on, which only Linux has); empty where it tells nothing.
 * @param {number | string} pid or the path of a thread below /proc
 * @returns {readonly string[]}
 */
function processStat(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, which may contain blanks: count from the end of the name.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/**
 * When a process started, in clock ticks since boot, so that a reused process id is not taken for it. Null where the system does not say.
 * @param {number} pid
 * @returns {string | null}
 */
export function processStart(pid) {
  return processStat(pid)[19] ?? null;
}

/**
 * The clock ticks for which a process has computed. Null where the system does not say.
 * @param {number} pid
 * @returns {number | null}
 */
function computedTicks(pid) {
  const stat = processStat(pid);
  return stat.length === 0 ? null : Number(stat[11]) + Number(stat[12]);
}

/** Tells how much a process computes, in all its threads, between two looks at it. */
export class ComputedBetween {
  /** @type {number | null} */
  #pid = null;
  /** @type {number | null} */
  #ticks = null;

  /**
   * The clock ticks since the last look. Null at the first look at a process, and where the system does not say.
   * @param {number} pid
   * @returns {number | null}
   */
  look(pid) {
    const [before, now] = [this.#pid === pid ? this.#ticks : null, computedTicks(pid)];
    [this.#pid, this.#ticks] = [pid, now];
    return before === null || now === null ? null : now - before;
  }
}

/**
 * What the main thread of a process does: it was stopped (Ctrl-Z, SIGSTOP), computes or waits for a disk, or waits for something else.
 * @typedef {'stopped' | 'busy' | 'waiting' | 'unknown'} Activity
 */

/** @param {number} pid @returns {Activity} */
export function activityOf(pid) {
  const [state] = processStat(pid);
  if (state === undefined) return 'unknown';
  if (STOPPED.has(state)) return 'stopped';
  return WORKING.has(state) ? 'busy' : 'waiting';
}

/**
 * Whether any thread of a process computes or waits for a disk at this moment.
 * @param {number} pid
 * @returns {boolean}
 */
export function isAtWork(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).some((thread) =>
      WORKING.has(processStat(`${pid}/task/${thread}`)[0] ?? ''),
    );
  } catch {
    return false;
  }
}
