import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src-main/sqlite/database.ts';
import { SqliteKeeping } from '../../src-main/sqlite/keeping.ts';
import { MIGRATIONS, readMigrations } from '../../src-main/sqlite/migrate.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import {
  ARMS,
  epochFinished,
  newRun,
  newStudy,
  numbered,
  started,
  temporaryFolder,
} from '../support/store-fixtures.ts';

/** The migrations that were there before settings, drafts and views. */
function before50(home: string): URL {
  mkdirSync(join(home, 'migrations'));
  const folder = pathToFileURL(`${join(home, 'migrations')}/`);
  for (const { number, name, sql } of readMigrations(MIGRATIONS)) {
    if (number < 50) writeFileSync(new URL(name, folder), sql);
  }
  return folder;
}

test('a home of the first version keeps its runs and gains settings, drafts and views', () => {
  const home = temporaryFolder();
  const path = join(home, 'lab.sqlite');
  const old = new SqliteStore(openDatabase(path, before50(home)));
  old.createStudy(newStudy('study-1', 'quick'), ARMS, [1]);
  old.enqueue([newRun('run-1', { studyId: 'study-1', arm: 'baseline' })]);
  old.appendEvents(numbered('run-1', [started, epochFinished(1, { trainLoss: Number.NaN })]));
  const [run, events] = [old.run('run-1'), old.events('run-1')];
  old.close();

  const database = openDatabase(path);
  const store = new SqliteStore(database);
  expect(store.run('run-1')).toEqual(run);
  expect(store.events('run-1')).toEqual(events);
  expect(store.study('quick').seeds).toEqual([1]);
  const keeping = new SqliteKeeping(database);
  expect(keeping.settings()).toMatchObject({ theme: 'system', threads: null });
  expect(keeping.views()).toEqual([]);
  expect(keeping.draft('new-study')).toBeNull();
  store.close();
});

test('what is kept is there after a restart', () => {
  const path = join(temporaryFolder(), 'lab.sqlite');
  const first = openDatabase(path);
  new SqliteKeeping(first).changeSettings({ threads: 4 });
  new SqliteKeeping(first).saveDraft('new-study', '{"name":"x"}');
  first.close();
  const second = openDatabase(path);
  expect(new SqliteKeeping(second).settings().threads).toBe(4);
  expect(new SqliteKeeping(second).draft('new-study')).toBe('{"name":"x"}');
  second.close();
});
