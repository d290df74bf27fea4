import { type } from '@orpc/contract';
import type { BackupRecord } from '#core/backups.ts';
import { nothing } from './fields.ts';
import { changes, reads } from './procedure.ts';

/** Backups of the home's database. They are restored by the program that has the home, not by its services. */
export const backups = {
  /** All backups, newest first. */
  list: reads(nothing, type<readonly BackupRecord[]>()),
  /** Makes one now, and looks at all of it. */
  make: changes(nothing, type<BackupRecord>()),
};
