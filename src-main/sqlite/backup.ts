import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import { makeRoom } from '../files/leftovers.ts';

/** Copies the database to `target`, which only appears once the copy is complete, checked and on the disk. */
export function backUp(database: Database.Database, target: string, check: (path: string) => void = checkPages): void {
  const part = `${target}.part`;
  makeRoom(part);
  database.prepare('VACUUM INTO ?').run(part);
  check(part);
  synchronize(part);
  renameSync(part, target);
}

function checkPages(path: string): void {
  const copy = new Database(path, { readonly: true });
  const verdict = copy.pragma('quick_check', { simple: true });
  copy.close();
  if (verdict === 'ok') return;
  throw new AppError(
    'corrupt',
    `The backup ${path} is damaged (${String(verdict)}): check the disk, then start again.`,
  );
}

/** Writes to the disk what a file holds. */
export function synchronize(path: string): void {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}
