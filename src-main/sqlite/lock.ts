import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { isBusy, withAppErrors } from './sqlite-error.ts';

export interface HomeLock {
  release(): void;
}

/**
 * Makes this process the owner of a home, null where another one is. The owner holds an exclusive transaction on a
 * small SQLite file; the kernel frees it when the process ends, however it ends. POSIX locks fall when the owner closes
 * the file through any other descriptor, so nothing else may open `lab.lock`.
 */
export function acquireHome(home: string): HomeLock | null {
  const path = join(home, 'lab.lock');
  return withAppErrors(path, () => {
    mkdirSync(home, { recursive: true });
    const file = new Database(path, { timeout: 0 });
    try {
      file.exec('BEGIN EXCLUSIVE');
      return { release: () => void file.close() };
    } catch (error) {
      file.close();
      if (isBusy(error)) return null;
      throw error;
    }
  });
}
