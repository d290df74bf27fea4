import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import { type Connection, withReadOnly } from './database.ts';
import { withoutTrace } from './without-trace.ts';

/** What a database that somebody may have open answers; null where there is no file, or it is damaged or no database. */
export function readOrNull<Answer>(path: string, read: (database: Connection) => Answer): Answer | null {
  // SQLite would wait for whoever writes to a pipe.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
  try {
    return withoutTrace(path, () => withReadOnly(path, read));
  } catch (error) {
    if (error instanceof Database.SqliteError || error instanceof AppError) return null;
    throw error;
  }
}
