import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { Store } from '#core/ports.ts';
import { HomeState } from '../../src-main/sqlite/home-state.ts';
import { openStore } from '../../src-main/sqlite/store-thread.ts';
import { canBeOrdinaryUser, outputOfOrdinaryUser } from '../support/ordinary-user.ts';
import {
  ARMS,
  epochFinished,
  newRun,
  newStudy,
  numbered,
  started,
  temporaryFolder,
} from '../support/store-fixtures.ts';

async function opened(home: string): Promise<Store> {
  const store = await openStore(home);
  if (store === null) throw new Error('The home has another owner.');
  return store;
}

const unavailable = expect.objectContaining({ name: 'AppError', code: 'unavailable' });

test('the store answers from its thread, NaN included', async () => {
  const store = await opened(temporaryFolder());
  onTestFinished(() => store.close());
  await store.createStudy(newStudy('study-1', 'quick'), ARMS, [1]);
  await store.extendStudy('study-1', [], [2]);
  await store.enqueue([newRun('run-1', { studyId: 'study-1', arm: 'baseline' })]);
  const events = numbered('run-1', [started, epochFinished(1, { trainLoss: Number.NaN })]);
  await store.appendEvents(events);
  expect(await store.events('run-1')).toEqual(events);
  expect((await store.run('run-1')).epochs[0]?.trainLoss).toBeNaN();
  expect((await store.studies())[0]?.runs[0]?.status).toBe('running');
  expect((await store.study('quick')).seeds).toEqual([1, 2]);
  await store.setStatus('run-1', 'queued', null);
  expect((await store.nextQueued(['run-1']))?.id).toBe('run-1');
  await store.setDeleted('run-1', true);
  await store.purge('run-1');
  expect(await store.runs({})).toEqual([]);
  expect(await store.datasets()).toEqual([]);
});

test.skipIf(!canBeOrdinaryUser)(
  'what a killed import or export left and nobody may remove keeps no home from opening',
  () => {
    const home = temporaryFolder();
    const folders = ['importing', 'exporting'].map((name) => join(home, name));
    for (const folder of folders) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'left.sqlite'), '');
      chmodSync(folder, 0o500);
    }
    const module = new URL('../../src-main/sqlite/store-thread.ts', import.meta.url).href;
    const script = `import('${module}').then(async ({ openStore }) => {
    const store = await openStore('${home}');
    console.log(JSON.stringify(await store.unreadableRows()));
    await store.close();
  })`;
    expect(JSON.parse(outputOfOrdinaryUser(script))).toEqual(
      folders.map(
        (folder) =>
          `${folder} is left over from earlier work and cannot be removed (EACCES): nothing needs it, so remove it by hand.`,
      ),
    );
  },
);

test('a folder in the place of a temporary file keeps no home from opening', async () => {
  const home = temporaryFolder();
  for (const name of ['lab.sqlite.new', 'lab.sqlite.state.tmp']) {
    mkdirSync(join(home, name));
    writeFileSync(join(home, name, 'left'), '');
  }
  await (await opened(home)).close();
  expect(readdirSync(home).filter((name) => /\.(new|tmp)$/.test(name))).toEqual([]);
});

test('errors keep their code and their sentence on the way', async () => {
  const store = await opened(temporaryFolder());
  onTestFinished(() => store.close());
  await expect(store.run('nowhere')).rejects.toMatchObject({
    name: 'AppError',
    code: 'not-found',
    message: expect.stringContaining('no run nowhere'),
  });
  await expect(store.enqueue([newRun('run-1', { steps: -1 })])).rejects.toMatchObject({
    name: 'AppError',
    code: 'conflict',
    message: expect.stringContaining('cannot hold what was to be stored'),
  });
});

test('a home has one owner until that closes it', async () => {
  const home = temporaryFolder();
  const first = await opened(home);
  expect(await openStore(home)).toBeNull();
  await first.enqueue([newRun('run-1')]);
  await first.close();
  expect(readdirSync(home).sort()).toEqual(['lab.lock', 'lab.sqlite', 'lab.sqlite.state']);
  const second = await opened(home);
  expect(await second.runs({})).toHaveLength(1);
  await second.close();
});

test('a home whose database is refused is not kept', async () => {
  const home = temporaryFolder();
  const foreign = new Database(join(home, 'lab.sqlite'));
  foreign.exec('CREATE TABLE notes (text TEXT)');
  foreign.close();
  await expect(openStore(home)).rejects.toMatchObject({ name: 'AppError', code: 'conflict' });
  await expect(openStore(home)).rejects.toMatchObject({ code: 'conflict' });
});

test('a home that is no folder is told', async () => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, '');
  await expect(openStore(path)).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' });
});

test('a closed store says so', async () => {
  const store = await opened(temporaryFolder());
  await store.close();
  await expect(store.runs({})).rejects.toEqual(unavailable);
  await expect(store.close()).rejects.toEqual(unavailable);
});

test('calls that wait when the thread dies are rejected, and so are later ones', async () => {
  const worker = new URL('../support/dying-store-worker.ts', import.meta.url);
  const store = await openStore(temporaryFolder(), { script: worker });
  const calls = [store?.runs({}), store?.datasets()];
  await expect(Promise.allSettled(calls)).resolves.toEqual(
    calls.map(() => ({ status: 'rejected', reason: unavailable })),
  );
  await expect(store?.studies()).rejects.toThrow('the thread broke');
});

test('pages are answered from a second thread, started at the first question or with the store', async () => {
  for (const readsAtOnce of [false, true]) {
    const home = temporaryFolder();
    const store = await openStore(home, { readsAtOnce });
    await store?.enqueue([newRun('run-1')]);
    await store?.appendEvents(numbered('run-1', [started, epochFinished(1, { validationError: Number.NaN })]));
    const page = await store?.runRows({ after: null, limit: 10 });
    expect(page?.rows[0]).toMatchObject({ id: 'run-1', series: { validationError: { last: Number.NaN } } });
    expect((await store?.curves({ runs: ['run-1'], series: 'trainLoss', buckets: 2, smoothing: 0 }))?.[0].last).toEqual(
      [2],
    );
    await expect(store?.history('nobody')).rejects.toMatchObject({ name: 'AppError', code: 'not-found' });
    await store?.close();
    await expect(store?.overview()).rejects.toEqual(unavailable);
    expect(readdirSync(home).sort()).toEqual(['lab.lock', 'lab.sqlite', 'lab.sqlite.state']);
  }
});

test('a home that has an owner is left alone by a store that reads at once', async () => {
  const home = temporaryFolder();
  const first = await opened(home);
  expect(await openStore(home, { readsAtOnce: true })).toBeNull();
  await first.close();
});

/** A home whose owner was killed, after which `change` was done to its database. */
async function killedHome(change: string): Promise<string> {
  const home = temporaryFolder();
  const store = await opened(home);
  await store.enqueue([newRun('run-1'), newRun('run-2')]);
  await store.appendEvents(numbered('run-1', [started, epochFinished(1)]));
  await store.setStatus('run-1', 'interrupted', 'The power failed.');
  await store.close();
  writeFileSync(join(home, 'lab.sqlite.state'), '{"state":"open"}');
  const database = new Database(join(home, 'lab.sqlite'));
  database.exec(change);
  database.close();
  return home;
}

test('what is damaged is found while a home is used whose owner was killed, and the next opening refuses it', async () => {
  const home = await killedHome('UPDATE epochs SET train_loss = 7');
  const store = await openStore(home, { mayWait: true });
  expect((await store?.runs({}))?.length).toBe(2);
  const damage = await store?.damage();
  expect(damage).toMatch(/is damaged \(run run-1 is not as stored\): end all programs that use it, then .*salvage`\.$/);
  expect(await store?.unreadableRows()).toEqual([damage]);
  await store?.close();
  await expect(openStore(home, { mayWait: true })).rejects.toMatchObject({ code: 'corrupt' });
});

test('a sound home whose owner was killed is properly closed once it was looked at', async () => {
  const home = await killedHome('SELECT 1');
  const store = await openStore(home, { mayWait: true });
  await store?.close();
  expect(await store?.damage()).toBeNull();
  expect(new HomeState(join(home, 'lab.sqlite')).neededLook(false)).toEqual({ when: 'never' });
});
