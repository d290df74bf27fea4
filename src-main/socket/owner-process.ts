import { type BigIntStats, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Activity, activityOf } from '../setup/process-state.mjs';

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
    const file = lstatSync(join(home, LOCK_NAME), { bigint: true });
    const pid = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .map(heldLock)
      .filter((lock) => lock?.inode === String(file.ino))
      .find((lock) => lock !== null && hasOpen(lock.pid, file))?.pid;
    return pid === undefined ? null : { pid, activity: activityOf(pid) };
  } catch {
    return null;
  }
}

/** Whether a process has a file open: files of several disks may have the same number. */
function hasOpen(pid: number, { dev, ino }: BigIntStats): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((descriptor) => {
    const open = statSync(join(folder, descriptor), { bigint: true, throwIfNoEntry: false });
    return open?.ino === ino && open.dev === dev;
  });
}

/** A line such as "1: POSIX  ADVISORY  WRITE 4711 08:01:131 1073741826 1073742335"; a waiting lock has an arrow after its number. */
function heldLock(line: string): { readonly pid: number; readonly inode: string } | null {
  const held = /^\d+: POSIX +\w+ +WRITE +(\d+) +[\da-f]+:[\da-f]+:(\d+) /.exec(line);
  return held === null ? null : { pid: Number(held[1]), inode: held[2] };
}
