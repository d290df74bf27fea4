import { serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { listBackups, restoreOutlook } from './backup-contents.ts';
import { makeBackup, verifyBackup } from './home-backup.ts';
import { hasLostChanges, placeBackup, restorableBackup, salvageDatabase, stageBackup } from './restore.ts';
import { strayRunsIn } from './stray-runs.ts';

// Entry of the thread that makes backups, looks at them and restores them, while the owner of the home goes on writing.

const functions = {
  makeBackup: (home: string, reason: 'regular' | 'asked') => makeBackup(home, reason, Date.now()),
  ...{ listBackups, verifyBackup, restorableBackup, restoreOutlook, strayRunsIn },
  ...{ hasLostChanges, stageBackup, placeBackup, salvageDatabase },
};

export type BackupFunctions = typeof functions;

serveThread(serveMethodsOf(functions));
