import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src-main/sqlite/database.ts';
import { SqliteKeeping } from '../../src-main/sqlite/keeping.ts';
import { MIGRATIONS, readMigrations } from '../../src-main/sqlite/migrate.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { specOf, temporaryFolder } from '../support/store-fixtures.ts';

/** The migrations that were there before settings, drafts and views. */
function before50(home: string): URL {
  mkdirSync(join(home, 'migrations'));
  const folder = pathToFileURL(`${join(home, 'migrations')}/`);
  for (const { number, name, sql } of readMigrations(MIGRATIONS)) {
    if (number < 50) writeFileSync(new URL(name, folder), sql);
  }
  return folder;
}

test('a home of the first version keeps its runs and gains all that came later', () => {
  const home = temporaryFolder();
  const path = join(home, 'lab.sqlite');
  const old = openDatabase(path, before50(home));
  const spec = JSON.stringify(specOf());
  old.exec(`
    INSERT INTO studies VALUES (1, 'study-1', 'quick', '${spec}', 1, 500);
    INSERT INTO study_seeds VALUES (1, 1, 1);
    INSERT INTO arms (study_id, position, name, role, of, policy, steps, compute_saved) VALUES
      (1, 1, 'baseline', 'baseline', NULL, '{"kind":"none"}', 60, 0),
      (1, 2, 'linear', 'policy', NULL, '{"kind":"none"}', 60, 0.25),
      (1, 3, 'linear, equal time', 'equal-time', 'linear', '{"kind":"none"}', 45, 0.25);
    INSERT INTO runs (public_id, arm_id, spec, group_hash, seed, steps, steps_per_epoch, layer_count, compute_saved,
        imported, status, created_at) VALUES ('run-1', 1, '${spec}', '${'ab'.repeat(32)}', 1, 60, 20, 3, 0, 0, 'finished', 0);
    INSERT INTO epochs VALUES (1, 1, 2, 2000, NULL, 0.5, 0.25, 1, 0, 10, 1, 0.1);`);
  old.close();

  const database = openDatabase(path);
  const store = new SqliteStore(database);
  const run = store.run('run-1');
  expect(run).toMatchObject({ studyName: 'quick', arm: 'baseline', profileSaved: null, profile: null });
  expect(run.epochs[0]).toMatchObject({ trainLoss: Number.NaN, validationError: 0.25 });
  const { seeds, arms } = store.study('quick');
  expect(seeds).toEqual([1]);
  expect(arms.map(({ steps, stepsFrom }) => [steps, stepsFrom])).toEqual([
    [60, null],
    [60, null],
    [45, 'compute'],
  ]);
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
  const view = {
    ...{ tab: 'archived' as const, filter: 't0 > 0.5', groupBy: [] },
    ...{ columns: [{ key: 'name', width: 300 }], sort: { key: 'seed', descending: false } },
  };
  new SqliteKeeping(first, () => 7).saveRunsView({ id: 'view-1', name: 'late', view });
  first.close();
  const second = openDatabase(path);
  expect(new SqliteKeeping(second).settings().threads).toBe(4);
  expect(new SqliteKeeping(second).runsViews()).toEqual([{ id: 'view-1', name: 'late', view, changedAt: 7 }]);
  expect(new SqliteKeeping(second).draft('new-study')).toBe('{"name":"x"}');
  second.close();
});
