import type { BackupKeeper } from '#core/backups.ts';
import type { Remote } from '../threads/channel.ts';
import { Thread } from '../threads/thread.ts';
import { backupsIn } from './backup-files.ts';
import type { BackupFunctions } from './backup-worker.ts';

const BACKUP_WORKER = new URL('./backup-worker.ts', import.meta.url);

/** Makes, lists and looks at the backups of a home, each time in a thread that ends with it. */
export function backupsOf(home: string): BackupKeeper {
  return {
    newest: () => backupsIn(home)[0] ?? null,
    list: () => inBackupThread('lists the backups', (remote) => remote.listBackups(home)),
    make: (reason) => inBackupThread('makes the backup', (remote) => remote.makeBackup(home, reason)),
    verify: (name) => inBackupThread('looks at the backup', (remote) => remote.verifyBackup(home, name)),
    outlook: (name) => inBackupThread('compares the backup', (remote) => remote.restoreOutlook(home, name)),
    strayRuns: () => inBackupThread('looks at the folders of the runs', (remote) => remote.strayRunsIn(home)),
  };
}

/** Calls functions of the thread that works on backups; `does` completes "The thread that ...". */
export async function inBackupThread<Answer>(
  does: string,
  work: (remote: Remote<BackupFunctions>) => Promise<Answer>,
): Promise<Answer> {
  const thread = new Thread<BackupFunctions>(BACKUP_WORKER, { name: 'backup', does });
  try {
    return await work(thread.remote);
  } finally {
    await thread.close();
  }
}
