import type { BackupReason, BackupRecord } from '#core/backups.ts';
import { serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { makeBackup } from './home-backup.ts';

// Entry of the thread that makes a backup, while the owner goes on writing.

export interface BackupFunctions {
  make(home: string, reason: BackupReason): BackupRecord;
}

const functions: BackupFunctions = { make: (home, reason) => makeBackup(home, reason, Date.now()) };

serveThread(serveMethodsOf(functions));
