import { type } from '@orpc/contract';
import { z } from 'zod';
import type { BackupRecord, ListedBackup, RestoreOutlook } from '#core/backups.ts';
import type { Name } from './fields.ts';
import { nothing } from './fields.ts';
import { changes, reads } from './procedure.ts';

/** One of the home's backups by its name, which is no path. */
export const oneBackup = z.strictObject({
  name: z
    .string()
    .regex(/^lab[\w.-]{1,100}$/)
    .brand<Name>(),
});

/** Backups of the home's database. They are restored by the program that has the home, not by its services. */
export const backups = {
  /** All backups, newest first. */
  list: reads(nothing, type<readonly ListedBackup[]>()),
  /** Makes one now, and looks at all of it. */
  make: changes(nothing, type<BackupRecord>()),
  /** Looks at every row of a backup, and says in `verified` what was found. Throws 'not-found' for an unknown name. */
  verify: reads(oneBackup, type<ListedBackup>()),
  /** What restoring a backup would do. Throws 'not-found' for an unknown name. */
  outlook: reads(oneBackup, type<RestoreOutlook>()),
  /** One sentence on the folders of runs that the database does not have, as after restoring an old backup; null where there are none. */
  strayRuns: reads(nothing, type<string | null>()),
};
