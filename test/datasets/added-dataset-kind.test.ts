import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { datasetLocationSchema } from '#core/data/dataset-location.ts';
import type { Store } from '#core/ports.ts';
import { methodsOf } from '#core/report/methods.ts';
import { reportedRun } from '#core/report/methods-facts.ts';
import { findField, RUN_FIELDS } from '#core/run-fields.ts';
import { datasetCatalog } from '../../src-main/datasets/catalog.ts';
import { readContent } from '../../src-main/datasets/dataset-content.ts';
import { decodedFolder } from '../../src-main/datasets/decoded-folder.ts';
import { openDataSource } from '../../src-main/datasets/open-data-source.ts';
import { drawSamples } from '../../src-main/datasets/samples.ts';
import { Datasets } from '../../src-main/services/datasets.ts';
import { EventHub } from '../../src-main/services/event-hub.ts';
import { Works } from '../../src-main/services/works.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { rawBytesOf } from '../support/added-dataset-kinds.ts';
import { runDetail } from '../support/figure-fixture.ts';
import { bytesOf } from '../support/pixel-bytes.ts';
import { resolvedSpec, runSummary } from '../support/run-summary.ts';
import { studyFixture } from '../support/study-fixture.ts';
import { Turns, trainInTurns } from '../support/training-in-turns.ts';
import { pngBytes } from './image-files.ts';
import { temporaryFolder } from './tiny-files.ts';

vi.mock('../../src-main/core/data/dataset-kinds.ts', async (original) => {
  const { DATASET_KINDS } = await original<typeof import('#core/data/dataset-kinds.ts')>();
  const { rawBytes, twoFolders } = await import('../support/added-dataset-kinds.ts');
  return { DATASET_KINDS: [...DATASET_KINDS, rawBytes, twoFolders] };
});

async function rawLocation(count: number, side: number) {
  const path = join(await temporaryFolder(), 'noise.raw');
  await writeFile(path, rawBytesOf(count, side));
  return datasetLocationSchema.parse({ kind: 'raw-bytes', path, side });
}

it('reads images of an added kind, in memory and by place', async () => {
  const location = await rawLocation(40, 4);
  const sizes = { training: 20, test: 20, validation: 0, height: 4, width: 4, channels: 3, classes: 10 };
  expect(await datasetCatalog.describe(location)).toEqual(sizes);
  const { training, test } = await openDataSource(location);
  expect([training.count, [...test.labels].slice(0, 3), training.pixels.stored.kind]).toEqual([
    20,
    [0, 1, 2],
    'memory',
  ]);
  vi.stubEnv('FREEZEOUT_LAB_MEMORY', '1');
  const onDisk = await openDataSource(location);
  vi.unstubAllEnvs();
  expect(onDisk.test.pixels.stored.kind).toBe('file');
  expect(bytesOf(onDisk.test)).toEqual(bytesOf(test));
});

it('draws its samples under the names of its classes', async () => {
  const location = await rawLocation(40, 4);
  const query = { split: 'training', count: 1, seed: 0 } as const;
  const samples = await drawSamples({ dataset: { name: 'noise', location }, query });
  expect([samples.classNames[1], samples.counts.test]).toEqual(['one', new Array(10).fill(2)]);
});

it('decodes the image files that an added kind lists', async () => {
  const path = await temporaryFolder();
  for (const name of ['a', 'b']) {
    await mkdir(join(path, name));
    for (const file of ['1.png', '2.png', '3.png']) await writeFile(join(path, name, file), pngBytes({ colour: 9 }));
  }
  const location = datasetLocationSchema.parse({ kind: 'two-folders', path });
  const { classNames, trainingLabels, testLabels } = await decodedFolder(location, () => {});
  expect([classNames, [...trainingLabels].sort(), [...testLabels]]).toEqual([
    ['a', 'b'],
    [0, 0, 1, 1],
    [0, 1],
  ]);
});

it('stores and lists it', async () => {
  const location = await rawLocation(40, 4);
  const sqlite = SqliteStore.open(join(await temporaryFolder(), 'lab.sqlite'));
  vi.stubEnv('FREEZEOUT_LAB_CACHE', await temporaryFolder());
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  // The threads that read data sets and the database read the registry themselves, and know only the program's own kinds.
  const content = () => readContent({ location, again: true }, () => {});
  const datasets = new Datasets({
    store: answeringLater(sqlite),
    catalog: { ...datasetCatalog, content },
    hub: new EventHub(),
    works: new Works({ clock: { now: () => 0 } }),
  });
  try {
    const added = await datasets.add({ name: 'noise', location, replace: false });
    expect(added).toMatchObject({ location, training: 20, sha256: (await content()).hashes.sha256 });
    expect((await datasets.list()).at(-1)).toEqual(added);
  } finally {
    sqlite.close();
  }
});

/** A store of this thread in the place of one in a thread of its own. */
function answeringLater(sqlite: SqliteStore): Store {
  const get = (_: object, name: string) => {
    const method = Reflect.get(sqlite, name);
    return async (...values: readonly unknown[]) => Reflect.apply(method, sqlite, values);
  };
  return new Proxy({}, { get }) as Store;
}

it('has its name in the table of runs and in the methods of a report', async () => {
  const location = await rawLocation(40, 4);
  const run = runSummary({ spec: resolvedSpec({ dataset: location }) });
  expect(findField(RUN_FIELDS, 'dataset')?.value(run)).toBe('raw bytes 4x4');
  const fixture = studyFixture([], [1]);
  const study = { ...fixture, base: { ...fixture.base, dataset: location } };
  const facts = {
    study,
    runs: fixture.runs.map((one) => reportedRun(runDetail(one))),
    dataset: null,
    normalization: null,
  };
  const text = methodsOf({ ...facts, runs: facts.runs.map((one) => ({ ...one, startedAt: 0 })) });
  expect(text.find(({ title }) => title === 'Data')?.text).toContain('raw bytes 4x4');
});

it('trains on it', async () => {
  const { binding } = loadTensorFlow('cpu');
  const dataset = await rawLocation(200, 8);
  const { events } = await trainInTurns({
    ...{ binding, model: { kind: 'wide-resnet', depth: 10, width: 1, skip: true }, side: 8, images: 100 },
    change: { dataset, epochs: 2, batchSize: 10 },
    ...{ turns: new Turns(), stepsATurn: 100 },
  });
  const errors = events.flatMap((event) => (event.type === 'run.finished' ? [event.testError] : []));
  // Ten shades of grey, one a class.
  expect(errors).toHaveLength(1);
  expect(errors[0]).toBeLessThan(0.9);
});
