import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupsToRemove } from '#core/backups.ts';
import { backupsIn } from '../../src-main/sqlite/backup-files.ts';
import { makeBackup, verifyBackup } from '../../src-main/sqlite/home-backup.ts';
import { restoreBackup, salvageDatabase } from '../../src-main/sqlite/restore.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { newRun, temporaryFolder } from '../support/store-fixtures.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

function homeWithBackup(): string {
  const home = temporaryFolder();
  const store = SqliteStore.open(join(home, 'lab.sqlite'));
  store.enqueue([newRun('run-1')]);
  makeBackup(home, 'asked', 1000);
  store.enqueue([newRun('run-2')]);
  store.close();
  return home;
}

test('a backup is made while the database is open, found by its name, and restored; what was there is kept', () => {
  const home = homeWithBackup();
  const [backup] = backupsIn(home);
  expect(backup).toMatchObject({ name: 'lab-1970-01-01T00-00-01-000Z-asked.sqlite', madeAt: 1000, reason: 'asked' });
  const path = join(home, 'lab.sqlite');
  writeFileSync(path, 'gone');
  expect(() => SqliteStore.open(path)).toThrow(/restore the backup of 1970-01-01 00:00 UTC with `lab backups restore`/);
  const { kept } = restoreBackup(home, null);
  expect(readFileSync(join(kept ?? '', 'lab.sqlite'), 'utf8')).toBe('gone');
  const store = SqliteStore.open(path);
  expect(store.runs({}).map(({ id }) => id)).toEqual(['run-1']);
  store.close();
});

test('a damaged backup is told, and another one is restored in its place', () => {
  const home = homeWithBackup();
  const newer = makeBackup(home, 'asked', 2000);
  const path = join(home, 'backups', newer.name);
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, bytes.length - 8192));
  expect(() => verifyBackup(home, newer.name)).toThrow(/is damaged, or what it was made from is/);
  expect(() => restoreBackup(home, newer.name)).toThrow(/is damaged/);
  expect(restoreBackup(home, null).backup.madeAt).toBe(1000);
  expect(existsSync(join(home, 'lab.sqlite-wal'))).toBe(false);
});

test('a backup whose header allows no writing is damaged, and so is a database', () => {
  const home = homeWithBackup();
  const [backup] = backupsIn(home);
  const database = join(home, 'lab.sqlite');
  for (const path of [join(home, 'backups', backup.name), database]) {
    const bytes = readFileSync(path);
    bytes[18] = 253;
    writeFileSync(path, bytes);
  }
  expect(() => verifyBackup(home, backup.name)).toThrow(/^The backup .+ is damaged, or what it was made from is: /);
  expect(() => restoreBackup(home, backup.name)).toThrow(/is damaged/);
  expect(existsSync(join(home, 'replaced'))).toBe(false);
  writeFileSync(join(home, 'backups', backup.name), '');
  expect(() => verifyBackup(home, backup.name)).toThrow(/: use another one of `lab backups list`\.$/);
  expect(() => SqliteStore.open(database)).toThrow(/lab\.sqlite is damaged or not a database: /);
  expect(() => salvageDatabase(home)).toThrow(/lab\.sqlite is damaged or not a database: /);
});

test.each<[string, (path: string) => void, RegExp]>([
  ['a named pipe', (path) => execFileSync('mkfifo', [path]), /is no ordinary file: move it away/],
  ['a folder', (path) => mkdirSync(path), /is no ordinary file: move it away/],
  ['empty', (path) => writeFileSync(path, ''), /is empty: restore the backup of 1970/],
  ['missing', () => undefined, /is missing, but .+ shows that there was one: put it back, or restore/],
])('what is %s in the place of the database is not salvaged, but told', (_, put, sentence) => {
  const home = homeWithBackup();
  rmSync(join(home, 'lab.sqlite'));
  put(join(home, 'lab.sqlite'));
  expect(() => salvageDatabase(home)).toThrow(sentence);
});

test('the newest backups are kept, and one of each of the last seven days that have any', () => {
  const backups = Array.from({ length: 40 }, (_, index) => ({
    ...({ name: String(index), reason: 'regular', bytes: 1 } as const),
    madeAt: 1000 * DAY_MS - index * (DAY_MS / 4),
  }));
  const removed = new Set(backupsToRemove(backups));
  expect(backups.filter((backup) => !removed.has(backup)).map(({ name }) => Number(name))).toEqual([
    0, 1, 2, 5, 9, 13, 17, 21,
  ]);
});
