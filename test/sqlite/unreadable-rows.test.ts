import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { SqliteKeeping } from '../../src-main/sqlite/keeping.ts';
import { SqliteReader } from '../../src-main/sqlite/reader.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { ARMS, newRun, newStudy, numbered, started, temporaryStore } from '../support/store-fixtures.ts';

/** A home with two runs and two studies, of which one each is damaged as `change` says. */
function damaged(change: string) {
  const { store, path } = temporaryStore();
  for (const name of ['good', 'bad']) {
    store.createStudy(newStudy(name, name), ARMS, [1]);
    store.enqueue([newRun(`run-${name}`, { studyId: name, arm: 'baseline' })]);
    store.appendEvents(numbered(`run-${name}`, [started]));
  }
  const database = new Database(path);
  database.pragma('ignore_check_constraints = ON');
  database.exec(change);
  return { store, database, reader: new SqliteReader(database), keeping: new SqliteKeeping(database) };
}

it.each([
  `UPDATE runs SET spec = '{}' WHERE public_id = 'run-bad'`,
  `UPDATE runs SET spec = json_set(spec, '$.policy.kind', 'tomorrow') WHERE public_id = 'run-bad'`,
  `UPDATE runs SET spec = json_set(spec, '$.epochs', 1e308) WHERE public_id = 'run-bad'`,
])('lists show all other runs, and say which one cannot be read: %s', (change) => {
  const { store, reader } = damaged(change);
  expect(store.runs({}).map(({ id }) => id)).toEqual(['run-good']);
  expect(store.studies().map(({ runs }) => runs.length)).toEqual([1, 0]);
  expect(reader.runRows({ after: null, limit: 10 }).rows.map(({ id }) => id)).toEqual(['run-good']);
  expect(reader.overview()).toHaveLength(2);
  for (const sentences of [store.unreadableRows(), reader.leftOutRows()]) {
    expect(sentences).toEqual([expect.stringMatching(/^Run run-bad cannot be read and is left out: .*\.$/)]);
  }
});

it.each([
  `UPDATE studies SET base = '{}' WHERE name = 'bad'`,
  `UPDATE arms SET policy = '{"kind":"tomorrow"}' WHERE study_id = 2`,
])('lists show all other studies, and say which one cannot be read: %s', (change) => {
  const { store, reader } = damaged(change);
  expect(store.studies().map(({ name }) => name)).toEqual(['good']);
  expect(reader.overview().map(({ name }) => name)).toEqual(['good']);
  expect(store.unreadableRows()).toEqual([expect.stringMatching(/^Study "bad" cannot be read and is left out: /)]);
});

it('an event that no version could have stored takes no other of its run away', () => {
  const { store, reader } = damaged('UPDATE events SET at = 1e308 WHERE run_id = 2');
  expect(reader.history('run-bad')).toEqual([]);
  expect(reader.history('run-good')).toHaveLength(1);
  expect(reader.leftOutRows()).toEqual([expect.stringContaining('Event 1 of run run-bad')]);
  expect(store.run('run-bad').id).toBe('run-bad');
});

it('a setting that cannot be read has its default, and so has no other', () => {
  const { keeping, database } = damaged(
    `INSERT INTO settings VALUES ('theme', '"dark"'), ('threads', '-3'), ('odd', '1')`,
  );
  expect(keeping.settings()).toMatchObject({ theme: 'dark', threads: null });
  expect(new SqliteStore(database).unreadableRows()).toHaveLength(2);
});
