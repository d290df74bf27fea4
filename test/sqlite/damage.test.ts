import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { RunEventBody } from '#core/run-event.ts';
import { findDamage } from '../../src-main/sqlite/damage.ts';
import { openDatabase, openReadOnly } from '../../src-main/sqlite/database.ts';
import { MIGRATIONS, readMigrations } from '../../src-main/sqlite/migrate.ts';
import { OwnerSums } from '../../src-main/sqlite/owner-sums.ts';
import { SqliteReader } from '../../src-main/sqlite/reader.ts';
import { salvage } from '../../src-main/sqlite/salvage.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import {
  ARMS,
  checkpointSaved,
  epochFinished,
  newRun,
  newStudy,
  numbered,
  profiled,
  started,
  stepSampled,
  temporaryFolder,
} from '../support/store-fixtures.ts';

const PAGE_BYTES = 4096;

const finished: RunEventBody = {
  type: 'run.finished',
  testError: 0.25,
  testLoss: 1.5,
  seconds: { training: 9, evaluation: 1, checkpoint: 0.5 },
  saved: { compute: 0.25, profile: null },
};

/** A database with a study of two runs and a run by itself, all finished, and one run that was purged; closed. */
function storedRuns(): string {
  const path = join(temporaryFolder(), 'lab.sqlite');
  const store = SqliteStore.open(path);
  store.createStudy(newStudy('study-1', 'first'), ARMS, [1]);
  const arms = { 'run-1': 'baseline', 'run-2': 'cubic scaled 0.5' };
  for (const [id, arm] of Object.entries(arms)) store.enqueue([newRun(id, { studyId: 'study-1', arm })]);
  store.enqueue([newRun('run-3'), newRun('run-4')]);
  for (const id of ['run-1', 'run-2', 'run-3']) {
    const twice = [epochFinished(1), checkpointSaved(20, 10), epochFinished(1), checkpointSaved(20, 11)];
    store.appendEvents(numbered(id, [started, profiled(0.2, 0.7), stepSampled(0), ...twice, finished]));
  }
  store.updateRuns(['run-1'], { addTags: ['kept'] });
  store.purge('run-4');
  store.settle();
  store.close();
  return path;
}

const tooLittle = new AppError('corrupt', 'Too little can be read.');
const damageOf = (path: string) => findDamage(path, readMigrations(MIGRATIONS));

/** Everything that people are shown. */
function shown(path: string): string {
  const store = SqliteStore.open(path);
  try {
    const studies = store.studies().map(({ id }) => store.study(id));
    const database = openReadOnly(path);
    const reader = new SqliteReader(database);
    const compared = studies.map((study) => reader.compare(study));
    const runs = store.runs({}).map(({ id }) => [store.run(id), store.events(id)]);
    const rows = reader.runRows({ after: null, limit: 100 });
    database.close();
    return JSON.stringify([studies, compared, runs, rows, reader === null]);
  } finally {
    store.close();
  }
}

function change(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

function messageFor(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
  return 'nothing was refused';
}

test('what is stored, replaced, changed and purged stays sound by its sums', () => {
  const path = storedRuns();
  expect(damageOf(path)).toBeNull();
  const database = openDatabase(path);
  const store = new SqliteStore(database);
  expect(() =>
    store.appendEvents(numbered('run-3', [epochFinished(2)], 50).concat(numbered('nobody', [started]))),
  ).toThrow();
  store.renameStudy('study-1', 'second');
  store.close();
  expect(damageOf(path)).toBeNull();
});

test('a bit that is flipped in any page changes no number in silence', () => {
  const path = storedRuns();
  const whole = shown(path);
  const bytes = readFileSync(path);
  const copy = join(temporaryFolder(), 'lab.sqlite');
  let told = 0;
  for (let page = 0; page < bytes.length / PAGE_BYTES; page++) {
    const damaged = Buffer.from(bytes);
    const at = page * PAGE_BYTES + ((page * 2654435761) % PAGE_BYTES);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (page % 8));
    writeFileSync(copy, damaged);
    const answer = messageFor(() => expect(shown(copy)).toBe(whole));
    if (answer === 'nothing was refused') continue;
    told += 1;
    expect(answer).toContain(copy);
    expect(answer).not.toMatch(/SQLITE_|JSON|Unexpected/);
  }
  expect(told).toBeGreaterThan(5);
});

test('a run whose rows are others is named, and the rest can be kept without it', () => {
  const path = storedRuns();
  change(path, "UPDATE runs SET test_error = 0.2 WHERE public_id = 'run-2'");
  const refused = messageFor(() => openDatabase(path));
  expect(refused).toMatch(/is damaged \(run run-2 is not as stored\).*lab backups salvage/);
  const to = join(temporaryFolder(), 'lab.sqlite');
  expect(salvage({ from: path, to, isFinal: false, tooLittle })).toBe(1);
  const store = SqliteStore.over(openDatabase(to, MIGRATIONS, 'sound'));
  expect(store.runs({}).map(({ id }) => id)).toEqual(['run-1', 'run-3']);
  expect(store.run('run-3').testError).toBe(0.25);
  expect(store.studies()).toEqual([]);
  expect(messageFor(() => store.study('first'))).toMatch(
    /the study first or the list of its runs is not as it was stored/,
  );
  store.close();
});

test('what is kept for good is sound, and its studies are complete without the runs that are lost', () => {
  const path = storedRuns();
  change(path, 'UPDATE epochs SET validation_loss = 7 WHERE run_id = 1; DELETE FROM settings; DELETE FROM tags');
  const to = join(temporaryFolder(), 'lab.sqlite');
  expect(salvage({ from: path, to, isFinal: true, tooLittle })).toBe(1);
  expect(damageOf(to)).toBeNull();
  const store = SqliteStore.open(to);
  expect(store.study('first').runs.map(({ id }) => id)).toEqual(['run-2']);
  store.close();
});

test('rows that change while the database is open are refused where they are read for people', () => {
  const path = storedRuns();
  const store = SqliteStore.open(path);
  const database = openReadOnly(path);
  const reader = new SqliteReader(database);
  const study = store.study('first');
  change(path, 'UPDATE epochs SET train_loss = 1 WHERE run_id = 1');
  expect(() => store.run('run-1')).toThrow(/run-1 is not as it was stored/);
  expect(() => reader.compare(study)).toThrow(/run-1 is not as it was stored/);
  expect(() => reader.history('run-1')).toThrow(/run-1 is not as it was stored/);
  expect(store.run('run-2').id).toBe('run-2');
  database.close();
  store.close();
});

test.each([
  ['DROP TABLE epochs', /its part epochs is missing/],
  ['DROP INDEX runs_by_arm', /its part runs_by_arm is missing/],
  ['DROP TABLE checksums', /its part checksums is missing/],
  ['DROP TABLE migrations', /its part migrations is missing/],
])('a partly dropped database is refused by the name of the part: %s', (sql, expected) => {
  const path = storedRuns();
  change(path, sql);
  expect(messageFor(() => openDatabase(path))).toMatch(expected);
});

test('files that are no database of ours are refused by name and left as they are', () => {
  const path = storedRuns();
  const whole = readFileSync(path);
  const files = {
    'is empty': Buffer.alloc(0),
    'is damaged or not a database': Buffer.from('some text\n'.repeat(50)),
    'its pages are not as SQLite wrote them': whole.subarray(0, whole.length - 3 * PAGE_BYTES),
  };
  for (const [words, bytes] of Object.entries(files)) {
    const other = join(temporaryFolder(), 'lab.sqlite');
    writeFileSync(other, bytes);
    const message = messageFor(() => openDatabase(other));
    expect(message).toContain(other);
    expect(message).toContain(words);
    // What has not even the header of a database holds nothing to keep.
    expect(message.includes('salvage')).toBe(words.includes('pages'));
    expect(readFileSync(other)).toEqual(bytes);
  }
  const folder = join(temporaryFolder(), 'lab.sqlite');
  mkdirSync(folder);
  expect(messageFor(() => openDatabase(folder))).toContain('is no ordinary file');
});

test('a home that has runs but no database is not made new', () => {
  const home = temporaryFolder();
  mkdirSync(join(home, 'runs', '4k2h8d0c'), { recursive: true });
  const path = join(home, 'lab.sqlite');
  expect(messageFor(() => openDatabase(path))).toMatch(
    /lab.sqlite is missing, but .*runs shows that there was one: put it back, or put a copy of yours in its place, since its home has no backup; for a new start/,
  );
  copyFileSync(storedRuns(), path);
  openDatabase(path).close();
});

test('a home that has lost its database, but has one from before a migration, is not taken for a new one', () => {
  const path = join(temporaryFolder(), 'lab.sqlite');
  writeFileSync(`${path}.before-0180`, '');
  expect(messageFor(() => openDatabase(path))).toMatch(/before-0180 shows that there was one/);
  expect(existsSync(path)).toBe(false);
});

test('a disk that fails for a moment damages nothing: what cannot be read is no damage', () => {
  const path = storedRuns();
  const database = openReadOnly(path);
  const sums = new OwnerSums(database);
  const failing = (code: string) => {
    const counted = vi.spyOn(sums, 'countedSum').mockImplementation(() => {
      throw new Database.SqliteError('no', code);
    });
    try {
      return sums.isIntact({ kind: 'run', id: 1 });
    } finally {
      counted.mockRestore();
    }
  };
  expect(() => failing('SQLITE_IOERR_READ')).toThrow('no');
  expect(() => failing('SQLITE_BUSY')).toThrow('no');
  expect(failing('SQLITE_CORRUPT')).toBe(false);
  database.close();
  expect(messageFor(() => openReadOnly(join(temporaryFolder(), 'gone', 'lab.sqlite')))).toMatch(
    /lab.sqlite cannot be opened, since its folder is gone or cannot be read: check its disk/,
  );
});
