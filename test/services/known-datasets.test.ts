import { expect, onTestFinished, test } from 'vitest';
import type { FilesWatching, KnownFiles } from '#core/data/dataset-ports.ts';
import { type DownloadProgress, uncounted } from '#core/data/known/download-progress.ts';
import type { KnownDataset } from '#core/data/known/known-dataset.ts';
import { knownDatasetNamed } from '#core/data/known/known-datasets.ts';
import { AppError } from '#core/errors.ts';
import { Datasets } from '../../src-main/services/datasets.ts';
import { EventHub } from '../../src-main/services/event-hub.ts';
import { KnownDatasets } from '../../src-main/services/known-datasets.ts';
import { Works } from '../../src-main/services/works.ts';
import { openStore } from '../../src-main/sqlite/store-thread.ts';
import { rejection } from '../datasets/tiny-files.ts';
import { CATALOG } from '../support/lab-fixture.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

type Fetch = (known: KnownDataset, watching: FilesWatching) => Promise<void>;

/** The service over a real store; `fetch` says what a download does. */
async function service(fetch: Fetch = async () => undefined) {
  const store = await openStore(temporaryFolder());
  if (store === null) throw new Error('A new folder has an owner.');
  onTestFinished(() => store.close());
  const fetched = new Set<string>();
  const knownFiles: KnownFiles = {
    place: ({ folder }) => ({ kind: 'idx', path: `/data/${folder}`, classes: 10 }),
    isHere: ({ name }) => fetched.has(name),
    keptBytes: ({ name }) => (name === 'stl10' ? 1234 : 0),
    fetch: async (known, watching) => {
      await fetch(known, watching);
      fetched.add(known.name);
    },
  };
  const hub = new EventHub();
  const works = new Works({ clock: { now: () => 0 } });
  const datasets = new Datasets({ store, catalog: CATALOG, hub, works });
  return {
    store,
    hub,
    datasets,
    fetched,
    known: new KnownDatasets({ store, catalog: CATALOG, knownFiles, datasets, hub, works }),
  };
}

test('gets a data set, adds it under its name, and tells how far it is', async () => {
  const { known, hub, datasets } = await service(async (_, { report }) => {
    report({ ...uncounted('downloading'), done: 1, total: 2 });
  });
  const told: DownloadProgress[] = [];
  const stream = hub.followDownloads(undefined);
  expect(await known.get('mnist')).toMatchObject({ name: 'mnist', location: { kind: 'idx', path: '/data/mnist' } });
  for await (const progress of stream) {
    told.push(progress);
    if (progress.progress === null) break;
  }
  expect(told.map(({ progress }) => progress?.stage ?? 'ended')).toEqual(['downloading', 'reading', 'ended']);
  expect((await datasets.list()).map(({ name }) => name)).toContain('mnist');
  const listed = (await known.list()).find(({ name }) => name === 'mnist');
  expect(listed).toMatchObject({
    isHere: true,
    isAdded: true,
    bytes: 11_594_722,
    licence: 'CC BY-SA 3.0',
    progress: null,
  });
});

test('two who ask for a data set wait for one download', async () => {
  let downloads = 0;
  const { known } = await service(async () => {
    downloads++;
  });
  const records = await Promise.all([known.get('mnist'), known.get('mnist')]);
  expect([downloads, records[0].name, records[1].name]).toEqual([1, 'mnist', 'mnist']);
  expect((await known.get('mnist')).name).toBe('mnist');
});

test('a download that is stopped adds nothing, and the next one may go on', async () => {
  const { known, datasets, fetched } = await service(async (_, { signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    throw new AppError('unavailable', 'The download of MNIST was stopped.');
  });
  const answer = rejection(known.get('mnist'));
  await expect.poll(async () => (await known.list()).find(({ name }) => name === 'mnist')?.progress).not.toBeNull();
  known.stop('mnist');
  expect((await answer).message).toBe('The download of MNIST was stopped.');
  expect(fetched.size).toBe(0);
  expect((await datasets.list()).map(({ name }) => name)).not.toContain('mnist');
  expect((await known.list()).find(({ name }) => name === 'stl10')?.keptBytes).toBe(1234);
});

test('other images under the name are left alone', async () => {
  const { known, datasets, fetched } = await service();
  await datasets.add({ name: 'cifar10', location: { kind: 'cifar10', path: '/mine' }, replace: false });
  const { code, message } = await rejection(known.get('cifar10'));
  expect(code).toBe('conflict');
  expect(message).toContain('This home has another data set under the name cifar10: nothing was downloaded.');
  expect(fetched.size).toBe(0);
});

test('a name that nobody added is answered with the command that gets it', async () => {
  const { datasets } = await service();
  expect((await rejection(datasets.verify('cifar10'))).message).toBe(
    'There is no data set "cifar10" here yet: get it with `lab datasets get cifar10`.',
  );
  expect((await rejection(datasets.verify('mine'))).message).toContain('There is no data set "mine": see');
  expect(knownDatasetNamed('cifar10').name).toBe('cifar10');
});

test('ends all downloads when the home is closed', async () => {
  const { known } = await service(async (_, { signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    throw new AppError('unavailable', 'stopped');
  });
  const answers = [known.get('mnist'), known.get('kmnist')].map(rejection);
  await expect.poll(async () => (await known.list()).filter(({ progress }) => progress !== null).length).toBe(2);
  await known.close();
  expect((await Promise.all(answers)).map(({ code }) => code)).toEqual(['unavailable', 'unavailable']);
});
