import { expect, test } from 'vitest';
import { datasetCatalog } from '../../src-main/datasets/catalog.ts';
import { located, temporaryFolder, tinyCifar10Files, tinyIdxFiles, writeFiles } from './tiny-files.ts';

test('samples are the pixels of the files, with the counts of both', async () => {
  const path = await temporaryFolder();
  await writeFiles(path, tinyIdxFiles());
  const dataset = { name: 'tiny', location: located({ kind: 'idx', path }) };
  const drawn = await datasetCatalog.samples(dataset, { split: 'training', count: 40, seed: 1 });
  expect(drawn).toMatchObject({ height: 2, width: 3, channels: 1 });
  expect(drawn.counts.training).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
  expect(drawn.counts.test).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
  expect(drawn.classNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  const images = drawn.images.map(({ label, pixels }) => [label, [...Buffer.from(pixels, 'base64')]]);
  expect(images.toSorted()).toEqual([
    [0, [6, 7, 8, 9, 10, 11]],
    [2, [0, 1, 2, 3, 4, 5]],
    [9, [12, 13, 14, 15, 16, 17]],
  ]);
  expect(await datasetCatalog.samples(dataset, { split: 'training', count: 40, seed: 1 })).toEqual(drawn);
  expect((await datasetCatalog.samples(dataset, { split: 'test', count: 1, seed: 0 })).images).toHaveLength(1);
});

test('the classes of known data sets have their names', async () => {
  const cifar = await temporaryFolder();
  await writeFiles(cifar, tinyCifar10Files());
  const query = { split: 'training' as const, count: 1, seed: 0 };
  const location = located({ kind: 'cifar10', path: cifar });
  expect((await datasetCatalog.samples({ name: 'c', location }, query)).classNames.slice(0, 2)).toEqual([
    'airplane',
    'automobile',
  ]);
  const idx = await temporaryFolder();
  await writeFiles(idx, tinyIdxFiles());
  const fashion = { name: 'fashion-mnist', location: located({ kind: 'idx', path: idx }) };
  expect((await datasetCatalog.samples(fashion, query)).classNames[9]).toBe('Ankle boot');
});

test('what is wrong with the files is told from the thread', async () => {
  const location = located({ kind: 'idx', path: '/nowhere' });
  const query = { split: 'training' as const, count: 1, seed: 0 };
  await expect(datasetCatalog.samples({ name: 'x', location }, query)).rejects.toMatchObject({ code: 'not-found' });
});
