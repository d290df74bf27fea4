import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a process does, as far as the system tells: it was stopped (Ctrl-Z, SIGSTOP), computes or reads, or waits. */
export type Activity = 'stopped' | 'busy' | 'waiting' | 'unknown';

/** The process that owns a home. */
export interface OwnerProcess {
  readonly pid: number;
  readonly activity: Activity;
}

/** The file whose lock makes a process the owner of a home (sqlite/lock.ts). */
const LOCK_NAME = 'lab.lock';

/**
 * The process that holds the lock of a home; null where none does, or where the system does not tell. Only Linux lists locks. The
 * lock's file is not opened: that could free the lock of this process.
 */
export function ownerProcess(home: string): OwnerProcess | null {
  try {
    const { ino } = lstatSync(join(home, LOCK_NAME), { bigint: true });
    const pid = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .map(heldLock)
      .find((lock) => lock?.inode === String(ino))?.pid;
    return pid === undefined ? null : { pid, activity: activityOf(pid) };
  } catch {
    return null;
  }
}

/** A line such as "1: POSIX  ADVISORY  WRITE 4711 08:01:131 1073741826 1073742335"; a waiting lock has an arrow after its number. */
function heldLock(line: string): { readonly pid: number; readonly inode: string } | null {
  const held = /^\d+: POSIX +\w+ +WRITE +(\d+) +[\da-f]+:[\da-f]+:(\d+) /.exec(line);
  return held === null ? null : { pid: Number(held[1]), inode: held[2] };
}

/** By the state of the process's main thread: "T" and "t" are stopped, "R" computes, "D" waits for a disk. */
export function activityOf(pid: number): Activity {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it, in brackets, may hold anything.
    const letter = stat.charAt(stat.lastIndexOf(')') + 2);
    if (letter === 'T' || letter === 't') return 'stopped';
    return letter === 'R' || letter === 'D' ? 'busy' : 'waiting';
  } catch {
    return 'unknown';
  }
}
