import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lossesText, restoredText } from '#core/backups.ts';
import { listBackups, restoreOutlook } from '../../src-main/sqlite/backup-contents.ts';
import { makeBackup } from '../../src-main/sqlite/home-backup.ts';
import { placeBackup, restorableBackup, restoreBackup, stageBackup } from '../../src-main/sqlite/restore.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { strayRunsIn } from '../../src-main/sqlite/stray-runs.ts';
import { epochFinished, newRun, newStudy, numbered, started, temporaryFolder } from '../support/store-fixtures.ts';

/** A backup with a run that waits, one that has begun and one that is deleted later; two runs and a study came since. */
function homeWithNews(): { readonly home: string; readonly name: string } {
  const home = temporaryFolder();
  const store = SqliteStore.open(join(home, 'lab.sqlite'));
  store.enqueue([newRun('waits'), newRun('begun'), newRun('gone')]);
  store.appendEvents(numbered('begun', [started]));
  const { name } = makeBackup(home, 'asked', 1000);
  store.appendEvents(numbered('begun', [epochFinished(1)], 2));
  store.purge('gone');
  store.enqueue([newRun('new-1'), newRun('new-2')]);
  store.createStudy(newStudy('study-1', 'first'), [], []);
  store.close();
  return { home, name };
}

test('a list says how many runs each backup has, and an outlook what restoring one takes back', () => {
  const { home, name } = homeWithNews();
  writeFileSync(join(home, 'lab.sqlite.before-0020'), 'damaged');
  expect(listBackups(home).map(({ reason, runs }) => [reason, runs])).toEqual([
    ['migration', null],
    ['asked', 3],
  ]);
  const { losses } = restoreOutlook(home, name);
  expect(losses).toEqual({ newRuns: 2, laterRuns: 1, deletedRuns: 1, newStudies: 1 });
  expect(lossesText(losses)).toBe(
    '1 study and 2 runs made since then are not in it. 1 run goes back to what had been reported by then. 1 run deleted since then comes back.',
  );
  writeFileSync(join(home, 'lab.sqlite'), 'damaged');
  expect(lossesText(restoreOutlook(home, name).losses)).toBe('What was stored since then is not in it.');
});

test('nobody is told that there are no backups where the folder cannot be read', () => {
  const home = temporaryFolder();
  expect(listBackups(home)).toEqual([]);
  symlinkSync('backups', join(home, 'backups'));
  const refusal = `${join(home, 'backups')} is a link that leads back to itself.`;
  expect(() => listBackups(home)).toThrow(refusal);
  for (const read of [restoreOutlook, restoreBackup]) expect(() => read(home, 'lab-1.sqlite')).toThrow(refusal);
});

test('runs that waited when the backup was made are paused in it, and those that trained are interrupted', () => {
  const { home, name } = homeWithNews();
  expect(restorableBackup(home)).toMatchObject({ backup: { name }, losses: { newRuns: 2 } });
  expect(restoreBackup(home, name)).toMatchObject({ paused: 2, losses: { newRuns: 2 } });
  const store = SqliteStore.open(join(home, 'lab.sqlite'));
  expect(store.runs({}).map(({ id, status }) => [id, status])).toEqual([
    ['waits', 'paused'],
    ['begun', 'interrupted'],
    ['gone', 'paused'],
  ]);
  store.close();
});

test('a backup is copied while the home is open, and placed once it is closed, even if it was removed meanwhile', () => {
  const { home, name } = homeWithNews();
  const staged = stageBackup(home, name);
  for (let at = 2000; at < 2010; at++) makeBackup(home, 'regular', at);
  expect(listBackups(home).map((backup) => backup.name)).not.toContain(name);
  expect(placeBackup(staged)).toMatchObject({ backup: { name }, paused: 2 });
});

test('nothing is offered where something other than the database is in the way', () => {
  const { home } = homeWithNews();
  writeFileSync(join(home, 'lab.lock'), 'not a lock');
  expect(restorableBackup(home)).toBeNull();
});

test('folders of runs that a restored backup lacks stay, and are named wherever one looks for them', () => {
  const { home, name } = homeWithNews();
  for (const run of ['begun', 'new-1', 'new-2']) {
    mkdirSync(join(home, 'runs', run, 'checkpoints'), { recursive: true });
    writeFileSync(join(home, 'runs', run, 'checkpoints', '10.safetensors'), Buffer.alloc(1_000_000));
  }
  expect(strayRunsIn(home)).toBeNull();
  const restored = restoreBackup(home, name);
  expect(restored.strayRuns).toEqual({ folder: join(home, 'runs'), runs: ['new-1', 'new-2'], bytes: 2_000_000 });
  expect(restoredText(restored)).toMatch(
    /\/runs belong to runs that the database does not have \(new-1, new-2; 2\.0 MB\): their checkpoints and weights are kept/,
  );
  expect(strayRunsIn(home)).toEqual(restored.strayRuns);
  writeFileSync(join(home, 'lab.sqlite'), 'damaged');
  expect(strayRunsIn(home)).toBeNull();
});
