import { onTestFinished } from 'vitest';
import { ownerProcess } from '../../src-main/socket/owner-process.ts';
import { temporaryFolder } from './store-fixtures.ts';

/** A folder for a home, whose last owner is ended with the test: `dial-stdio` starts programs that outlive it. */
export function servedHome(): string {
  const home = temporaryFolder();
  onTestFinished(() => endOwner(home, 'SIGKILL'));
  return home;
}

/** Ends the program that has the home, if there is one, and waits until it is gone. */
export async function endOwner(home: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const pid = ownerProcess(home)?.pid;
  if (pid === undefined || pid === process.pid) return;
  process.kill(pid, signal);
  while (ownerProcess(home)?.pid === pid) await new Promise((resolve) => setTimeout(resolve, 20));
}
