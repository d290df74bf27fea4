import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src-main/sqlite/database.ts';
import { MIGRATIONS, readMigrations } from '../../src-main/sqlite/migrate.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { UNKNOWN_CONDITIONS } from '../support/conditions.ts';
import { newRun, temporaryFolder } from '../support/store-fixtures.ts';

const FIRST = 'CREATE TABLE notes (text TEXT NOT NULL) STRICT;';
const SECOND = "ALTER TABLE notes ADD COLUMN author TEXT; INSERT INTO notes VALUES ('from migration', NULL);";

function homeWith(...migrations: readonly string[]) {
  const home = temporaryFolder();
  mkdirSync(join(home, 'migrations'));
  const folder = pathToFileURL(`${join(home, 'migrations')}/`);
  const write = (index: number, sql: string) => writeFileSync(new URL(`00${index + 1}0_step.sql`, folder), sql);
  migrations.forEach((sql, index) => {
    write(index, sql);
  });
  return { home, folder, write, path: join(home, 'lab.sqlite') };
}

test('the shipped numbers rise by tens', () => {
  const numbers = readMigrations(MIGRATIONS).map(({ number }) => number);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(numbers.filter((number) => number % 10 !== 0)).toEqual([]);
});

test('each migration is recorded with its hash, and opening again changes nothing', () => {
  const { folder, path, home } = homeWith(FIRST, SECOND);
  openDatabase(path, folder).close();
  const database = openDatabase(path, folder);
  const applied = database.prepare('SELECT number, name, sha256 FROM migrations').all();
  expect(applied).toEqual(readMigrations(folder).map(({ sql: _, ...migration }) => migration));
  expect(database.pragma('user_version', { simple: true })).toBe(20);
  expect(database.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(1);
  database.close();
  expect(readdirSync(home).sort()).toEqual(['lab.sqlite', 'migrations']);
});

test('a database with data is backed up before it is migrated', () => {
  const { folder, path, write } = homeWith(FIRST);
  const old = openDatabase(path, folder);
  old.exec("INSERT INTO notes VALUES ('mine')");
  old.close();
  write(1, SECOND);
  openDatabase(path, folder).close();
  const backup = new Database(`${path}.before-0020`, { readonly: true });
  expect(backup.prepare('SELECT * FROM notes').all()).toEqual([{ text: 'mine' }]);
  expect(backup.pragma('user_version', { simple: true })).toBe(10);
  backup.close();
});

test('a migration that fails leaves the database as the one before left it', () => {
  const { folder, path, write } = homeWith(FIRST);
  openDatabase(path, folder).close();
  write(1, 'CREATE TABLE half (x TEXT) STRICT; INSERT INTO nowhere VALUES (1);');
  expect(() => openDatabase(path, folder)).toThrow(
    expect.objectContaining({
      code: 'corrupt',
      cause: expect.objectContaining({ message: expect.stringContaining('nowhere') }),
    }),
  );
  write(1, SECOND);
  const database = openDatabase(path, folder);
  expect(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").all()).toEqual([]);
  expect(database.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(1);
  database.close();
});

test('a migration that was edited after it was applied is refused', () => {
  const { folder, path, write } = homeWith(FIRST);
  openDatabase(path, folder).close();
  write(0, `${FIRST} -- edited`);
  expect(() => openDatabase(path, folder)).toThrow(
    expect.objectContaining({ code: 'conflict', message: expect.stringContaining('0010_step.sql') }),
  );
});

/** As versions before the rules of splitting stored it. */
const { split: _, ...OLD_SPEC } = newRun('run-1').spec;

/** A database as the migrations up to this number left it, before it has rows. */
function databaseAt(last: number) {
  const home = temporaryFolder();
  const folder = pathToFileURL(`${join(home, 'migrations')}/`);
  mkdirSync(folder);
  for (const { name } of readMigrations(MIGRATIONS).filter(({ number }) => number <= last)) {
    copyFileSync(new URL(name, MIGRATIONS), new URL(name, folder));
  }
  const path = join(home, 'lab.sqlite');
  return { path, old: openDatabase(path, folder) };
}

test('runs from before conditions were recorded keep their epochs, and their conditions are unknown', () => {
  const { path, old } = databaseAt(60);
  old.exec(`
    INSERT INTO environments VALUES (1, 'tensorflow-cpu', '2.20.0', 'CPU', 2, 1, 'v24', 'linux', 'bench', '0.1.0');
    INSERT INTO runs (id, public_id, spec, group_hash, seed, steps, steps_per_epoch, layer_count, compute_saved, imported,
      status, environment_id, created_at)
    VALUES (1, 'run-1', '${JSON.stringify(OLD_SPEC)}', '${'0'.repeat(64)}', 1, 60, 20, 3, 0, 0, 'finished', 1, 0);
    INSERT INTO epochs VALUES (1, 1, 2, 0, 2.5, NULL, NULL, 0, 0, 10, 1, 0);`);
  old.close();
  const store = SqliteStore.open(path);
  const { environment, conditions, epochs } = store.run('run-1');
  store.close();
  expect(environment).toMatchObject({ host: 'bench', processor: 'unknown', cores: null, memoryBytes: null });
  expect([conditions, epochs[0].conditions]).toEqual([UNKNOWN_CONDITIONS, UNKNOWN_CONDITIONS]);
  expect(epochs[0].trainLoss).toBe(2.5);
});

test('runs and studies of version 0.1.0 hold out images by its rule, and their data are not recorded', () => {
  const { path, old } = databaseAt(100);
  const { policy: _, seed: __, ...oldBase } = OLD_SPEC;
  old.exec(`
    INSERT INTO runs (id, public_id, spec, group_hash, seed, steps, steps_per_epoch, layer_count, compute_saved, imported,
      status, created_at)
    VALUES (1, 'run-1', '${JSON.stringify(OLD_SPEC)}', '${'0'.repeat(64)}', 1, 60, 20, 3, 0, 0, 'interrupted', 0);
    INSERT INTO studies (public_id, name, base, equal_time_baseline, margin, created_at)
    VALUES ('study-1', 'old', '${JSON.stringify(oldBase)}', 0, 0.5, 0);`);
  old.close();
  const store = SqliteStore.open(path);
  const run = store.run('run-1');
  expect(run).toMatchObject({
    spec: { ...OLD_SPEC, split: 'in-order' },
    data: null,
    classGaps: null,
  });
  expect(store.study('old').base).toEqual({ ...oldBase, split: 'in-order' });
  store.close();
});

test('searches for t0 that were stored before others were possible go on as searches over t0', () => {
  const { path, old } = databaseAt(150);
  const same = {
    tolerance: 0.5,
    budgetSeconds: 60,
    candidates: [0.4, 0.6],
    seeds: [1, 2, 3],
    looks: [{ pairs: 3, share: 1 }],
    equalTime: true,
  };
  old.exec(`
    INSERT INTO studies (id, public_id, name, base, equal_time_baseline, margin, created_at)
    VALUES (1, 'study-1', 'mine', '${JSON.stringify(newRun('run-1').spec)}', 0, 0.5, 0);
    INSERT INTO searches VALUES (1, '${JSON.stringify({ shape: 'linear', scaled: false, ...same })}', 1, 0);`);
  old.close();
  const store = SqliteStore.open(path);
  const settings = { over: { kind: 't0', shape: 'linear', scaled: false }, ...same };
  expect(store.searches()).toEqual([{ studyId: 'study-1', settings, isActive: true, destination: null }]);
  store.close();
});
