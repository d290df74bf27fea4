import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openDatabase, sqliteVersion } from '../../src-main/sqlite/database.ts';
import { APPLICATION_ID } from '../../src-main/sqlite/header.ts';
import { MIGRATIONS, readMigrations } from '../../src-main/sqlite/migrate.ts';
import { newRun, temporaryFolder, temporaryStore } from '../support/store-fixtures.ts';

const TABLES = [
  ...['studies', 'study_seeds', 'arms', 'runs', 'run_segments', 'layers', 'epochs', 'freezes', 'steps', 'metrics'],
  ...['metric_keys', 'run_stats', 'checkpoints', 'artifacts', 'tags', 'events', 'environments', 'datasets'],
];

function databasePath(): string {
  return join(temporaryFolder(), 'lab.sqlite');
}

/** What the folder holds, byte for byte. */
function contentOf(path: string): Record<string, string> {
  const folder = join(path, '..');
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));
}

test('a new database is durable, checked and marked as ours', () => {
  const database = openDatabase(databasePath());
  const pragma = (name: string) => database.pragma(name, { simple: true });
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('foreign_keys')).toBe(1);
  expect(pragma('auto_vacuum')).toBe(2);
  expect(pragma('busy_timeout')).toBe(5000);
  expect(pragma('application_id')).toBe(APPLICATION_ID);
  expect(sqliteVersion(database)).toMatch(/^3\.\d+\.\d+$/);
  database.close();
});

test('every table of the design is there and strict', () => {
  const database = openDatabase(databasePath());
  const rows = database.prepare<[], { name: string; strict: number }>('PRAGMA table_list').all();
  const own = rows.filter(({ name }) => !name.startsWith('sqlite_'));
  expect(own.filter(({ strict }) => strict === 0)).toEqual([]);
  expect(own.map(({ name }) => name)).toEqual(expect.arrayContaining(TABLES));
  database.close();
});

test('a database of another program is refused untouched', () => {
  const path = databasePath();
  const foreign = new Database(path);
  foreign.exec('CREATE TABLE notes (text TEXT)');
  foreign.close();
  const before = contentOf(path);
  expect(() => openDatabase(path)).toThrow(
    expect.objectContaining({ code: 'conflict', message: expect.stringContaining('another program') }),
  );
  expect(contentOf(path)).toEqual(before);
});

test('a newer database is refused untouched, naming both versions', () => {
  const path = databasePath();
  const newer = openDatabase(path);
  newer.exec("INSERT INTO migrations VALUES (9990, '9990_future.sql', 'ff', 0)");
  newer.pragma('user_version = 9990');
  newer.close();
  const latest = readMigrations(MIGRATIONS).at(-1)?.number;
  const before = contentOf(path);
  expect(() => openDatabase(path)).toThrow(
    expect.objectContaining({
      code: 'conflict',
      message: expect.stringMatching(new RegExp(`schema 9990,.*up to ${latest}:`)),
    }),
  );
  expect(contentOf(path)).toEqual(before);
});

test('a file that is no database is told as damaged and left alone', () => {
  const path = databasePath();
  writeFileSync(path, 'not a database, whatever its name says'.repeat(100));
  const before = contentOf(path);
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  expect(contentOf(path)).toEqual(before);
});

test('damaged pages are told as such, and the file stays', () => {
  const { store, path } = temporaryStore();
  store.enqueue(Array.from({ length: 200 }, (_, index) => newRun(`run-${index}`)));
  const damaged = databasePath();
  // Without its log the copy is what the file alone holds; the header stays whole, the tables do not.
  store.purge('run-0');
  copyFileSync(path, damaged);
  const bytes = readFileSync(damaged);
  writeFileSync(damaged, bytes.fill(0x5a, 4096));
  expect(() => openDatabase(damaged)).toThrow(
    expect.objectContaining({ code: 'corrupt', message: expect.stringContaining('backup') }),
  );
  expect(readFileSync(damaged)).toHaveLength(bytes.length);
});

test('a log without its database is not replayed onto a new one', () => {
  const path = databasePath();
  writeFileSync(`${path}-wal`, Buffer.alloc(4096, 1));
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  expect(readdirSync(join(path, '..'))).toEqual(['lab.sqlite-wal']);
});
