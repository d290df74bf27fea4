import { HOST_PID } from './trainer-environment.ts';

/**
 * A thread of the trainer that ends the process when its host has died. The trainer's main thread may be busy with a long
 * training step, or blocked for good, and would notice only afterwards. The kernel gives a process whose parent has died another
 * parent; on Windows, where the parent's number survives the parent, its process is looked for.
 */
const PERIOD_MS = 250;
/** The host's own word, where it gives one, also tells of a host that died before this thread began. */
const host = Number(process.env[HOST_PID] ?? process.ppid);

function endWithHost(): void {
  if (process.ppid !== host || !isThere(host)) process.kill(process.pid, 'SIGKILL');
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user is there all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

endWithHost();
setInterval(endWithHost, PERIOD_MS);
