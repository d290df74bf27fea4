import { expect, test } from 'vitest';
import { datasetCatalog } from '../../src-main/datasets/catalog.ts';
import { located, temporaryFolder, tinyIdxFiles, writeFiles } from './tiny-files.ts';

test('describes the data set at a location', async () => {
  const path = await temporaryFolder();
  await writeFiles(path, tinyIdxFiles());
  const location = located({ kind: 'idx', path });
  expect(await datasetCatalog.describe(location)).toMatchObject({ training: 3, test: 2 });
});

test('knows Fashion-MNIST by name, and no other data set', () => {
  expect(datasetCatalog.builtInNames()).toEqual(['fashion-mnist']);
  expect(datasetCatalog.builtIn('cifar')).toBeNull();
  // Null before the set-up has placed it.
  const location = datasetCatalog.builtIn('fashion-mnist');
  expect(location === null || location.kind === 'idx').toBe(true);
});
