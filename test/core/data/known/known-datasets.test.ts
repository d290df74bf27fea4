import { describe, expect, test } from 'vitest';
import { newName } from '#contract/fields.ts';
import { fileOptionsSchema } from '#core/data/dataset-location.ts';
import { downloadBytes } from '#core/data/known/known-dataset.ts';
import { KNOWN_DATASETS, knownDatasetNamed } from '#core/data/known/known-datasets.ts';
import { AppError } from '#core/errors.ts';
import { presets } from '#core/presets/presets.ts';

describe.each(KNOWN_DATASETS)('the row of $name', (known) => {
  test('has a valid name and location, and says what it holds', () => {
    expect(newName.safeParse(known.name).success).toBe(true);
    expect(fileOptionsSchema.safeParse(known.options).error?.message).toBeUndefined();
    expect(known.licence).not.toBe('');
    expect(known.classNames?.length ?? known.images.classes).toBe(known.images.classes);
    expect(downloadBytes(known)).toBeGreaterThan(5_000);
  });

  test('has addresses over https alone, and says where each checksum is published', () => {
    for (const { name, addresses, checksums, bytes } of known.files) {
      expect(name).toMatch(/^[\w.-]+$/);
      expect(addresses.length).toBeGreaterThan(0);
      expect(bytes).toBeGreaterThan(0);
      for (const address of addresses) {
        expect(address.startsWith('https://')).toBe(true);
        expect(new URL(address).pathname.endsWith(`/${name}`)).toBe(true);
      }
      expect(checksums.length).toBeGreaterThan(0);
      for (const { algorithm, value, publishedIn } of checksums) {
        expect(value).toMatch(algorithm === 'md5' ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{64}$/);
        expect(publishedIn).not.toBe('');
      }
    }
  });
});

test('no two data sets share a name, and those that share a folder share its files', () => {
  expect(new Set(KNOWN_DATASETS.map(({ name }) => name)).size).toBe(KNOWN_DATASETS.length);
  for (const shared of new Set(KNOWN_DATASETS.map(({ folder }) => folder))) {
    const rows = KNOWN_DATASETS.filter(({ folder }) => folder === shared);
    expect(new Set(rows.map(({ files }) => JSON.stringify(files))).size).toBe(1);
    expect(new Set(rows.map(({ unpacking }) => String(unpacking?.members))).size).toBe(1);
  }
});

test('every data set that a preset names can be had', () => {
  for (const { studies } of Object.values(presets)) {
    for (const { base } of studies) expect(knownDatasetNamed(String(base.dataset)).name).toBe(base.dataset);
  }
});

test.each([
  ['emnist', 'There is no address for a data set "emnist": choose emnist-balanced, emnist-byclass, '],
  ['CIFAR', 'choose cifar10, cifar100.'],
  ['imagenet21k', 'see `lab datasets get` without a name.'],
  ['ChestMNIST', 'chestmnist gives an image any number of 14 labels'],
])('says which names %s may mean', (name, sentence) => {
  let found: unknown;
  try {
    found = knownDatasetNamed(name);
  } catch (error) {
    found = error;
  }
  expect(found).toBeInstanceOf(AppError);
  expect(String(found)).toContain(sentence);
});

test('finds a data set however its name is written', () => {
  expect(knownDatasetNamed('CIFAR-10').name).toBe('cifar10');
  expect(knownDatasetNamed('Fashion_MNIST').name).toBe('fashion-mnist');
});
