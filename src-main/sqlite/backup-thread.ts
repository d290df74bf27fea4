import type { BackupMaker } from '#core/ports.ts';
import { Thread } from '../threads/thread.ts';
import { backupsIn } from './backup-files.ts';
import type { BackupFunctions } from './backup-worker.ts';

const BACKUP_WORKER = new URL('./backup-worker.ts', import.meta.url);

/** Makes the backups of a home, each in a thread that ends with it. */
export function backupsOf(home: string): BackupMaker {
  return {
    list: async () => backupsIn(home),
    make: async (reason) => {
      const thread = new Thread<BackupFunctions>(BACKUP_WORKER, { name: 'backup', does: 'makes the backup' });
      try {
        return await thread.remote.make(home, reason);
      } finally {
        await thread.close();
      }
    },
  };
}
