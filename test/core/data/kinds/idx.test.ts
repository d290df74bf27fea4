import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { AppError } from '#core/errors.ts';
import { describeDataSource, openDataSource } from '../../../../src-main/datasets/open-data-source.ts';
import {
  idxBytes,
  located,
  rejection,
  temporaryFolder,
  tinyIdxFiles,
  writeFiles,
} from '../../../datasets/tiny-files.ts';
import { bytesOf } from '../../../support/pixel-bytes.ts';

async function idxFolder(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

describe('IDX files', () => {
  test('give the images and labels of both parts', async () => {
    const { training, test: tested } = await openDataSource(
      located({ kind: 'idx', path: await idxFolder(tinyIdxFiles()) }),
    );
    expect(training).toMatchObject({ count: 3, height: 2, width: 3, channels: 1, classes: 10 });
    expect([...bytesOf(training)]).toEqual([...Array(18).keys()]);
    expect([...training.labels]).toEqual([2, 0, 9]);
    expect([...bytesOf(tested)]).toEqual(Array.from({ length: 12 }, (_, index) => 100 + index));
    expect([...tested.labels]).toEqual([1, 3]);
    expect(bytesOf(training).buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('may be packed and named with a dot', async () => {
    const renamed = Object.entries(tinyIdxFiles()).map(([name, bytes]) => [
      name.replace('-idx', '.idx').concat('.gz'),
      gzipSync(bytes),
    ]);
    const { training, test: tested } = await openDataSource(
      located({
        kind: 'idx',
        path: await idxFolder(Object.fromEntries(renamed)),
      }),
    );
    expect([...bytesOf(training)]).toEqual([...Array(18).keys()]);
    expect([...tested.labels]).toEqual([1, 3]);
  });

  test('may have more classes than ten when told so', async () => {
    const files = { ...tinyIdxFiles(), 'train-labels-idx1-ubyte': idxBytes([3], [2, 26, 1]) };
    const path = await idxFolder(files);
    expect((await openDataSource(located({ kind: 'idx', path, classes: 27 }))).training.classes).toBe(27);
    const { code, message } = await rejection(openDataSource(located({ kind: 'idx', path })));
    expect(code).toBe('corrupt');
    expect(message).toBe(
      `${path}/train-labels-idx1-ubyte gives image 1 the label 26, but the labels of 10 classes end at 9: if there are more, give their number as "classes" (--classes in the terminal).`,
    );
  });

  test('have more classes where all labels show more, from 0 or from 1, and not for one wrong label', async () => {
    const labelled = async (first: number, last: number, json: object = {}) => {
      const labels = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      const path = await idxFolder({
        'train-images-idx3-ubyte': idxBytes([labels.length, 1, 1], labels),
        'train-labels-idx1-ubyte': idxBytes([labels.length], labels),
        't10k-images-idx3-ubyte': idxBytes([1, 1, 1], [0]),
        't10k-labels-idx1-ubyte': idxBytes([1], [last]),
      });
      const location = located({ kind: 'idx', path, ...json });
      const { training, test: tested } = await openDataSource(location);
      expect((await describeDataSource(location)).classes).toBe(training.classes);
      return [training.classes, training.labels[0], tested.labels[0]];
    };
    expect(await labelled(0, 46)).toEqual([47, 0, 46]);
    expect(await labelled(1, 26)).toEqual([26, 0, 25]);
    expect(await labelled(1, 26, { classes: 26 })).toEqual([26, 0, 25]);
    // As version 0.1.0 read them.
    expect(await labelled(1, 26, { classes: 27 })).toEqual([27, 1, 26]);
    expect(await labelled(1, 9)).toEqual([10, 1, 9]);
    expect(await labelled(0, 3)).toEqual([10, 0, 3]);
    expect(await labelled(1, 10)).toEqual([10, 0, 9]);
    await expect(labelled(1, 26, { classes: 20 })).rejects.toThrow('the labels of 20 classes end at 19');
  });

  const huge = 2 ** 32 - 1;
  test.each<[string, Record<string, Uint8Array>, string]>([
    ['a wrong magic', { 'train-images-idx3-ubyte': idxBytes([3, 2, 3, 1], []) }, 'starts with 0x00000804'],
    ['labels for images', { 'train-images-idx3-ubyte': idxBytes([3], [1, 2, 3]) }, 'ends inside its IDX header'],
    ['huge sizes', { 'train-images-idx3-ubyte': idxBytes([huge, huge, huge], [1]) }, 'but it holds 1 of them'],
    ['an empty size', { 'train-images-idx3-ubyte': idxBytes([3, 0, 3], []) }, 'names the empty size 3 x 0 x 3'],
    ['one byte more', { 'train-images-idx3-ubyte': idxBytes([1, 1, 1], [1, 2]) }, 'promises 1 x 1 x 1 values'],
    ['fewer labels', { 't10k-labels-idx1-ubyte': idxBytes([1], [1]) }, 'has 1 labels, but '],
    [
      'another test size',
      { 't10k-images-idx3-ubyte': idxBytes([2, 1, 1], [1, 2]) },
      'mixes image sizes: 2x3 for training and 1x1',
    ],
  ])('%s is said', async (_, broken, problem) => {
    const path = await idxFolder({ ...tinyIdxFiles(), ...broken });
    const { code, message } = await rejection(openDataSource(located({ kind: 'idx', path })));
    expect(code).toBe('corrupt');
    expect(message).toContain(problem);
    expect(message).toContain(path);
  });

  test.each([
    ['to more than its header says', [3, 2, 3], Buffer.alloc(50_000_000), 'but it holds more'],
    ['to less than its header says', [3, 2, 3], Buffer.alloc(17), 'but it holds 17 of them'],
    ['to more than a file of its size can', [60_000, 280, 28], Buffer.alloc(1), 'claims to unpack from '],
  ])('a packed file that unpacks %s is refused', async (_, dimensions, values, problem) => {
    const { 'train-images-idx3-ubyte': left, ...others } = tinyIdxFiles();
    const packed = gzipSync(Buffer.concat([idxBytes(dimensions, []), values]));
    const path = await idxFolder({ ...others, 'train-images-idx3-ubyte.gz': packed });
    const { code, message } = await rejection(openDataSource(located({ kind: 'idx', path })));
    expect(code).toBe('corrupt');
    expect(message).toContain(problem);
  });

  test('a missing folder, a missing file, a file for a folder and a folder for a file are said', async () => {
    const path = await idxFolder({});
    const missing = await rejection(openDataSource(located({ kind: 'idx', path: join(path, 'nowhere') })));
    expect(missing).toEqual({
      code: 'not-found',
      message: `${join(path, 'nowhere')} does not exist: check the path of the data set.`,
    });
    expect((await rejection(openDataSource(located({ kind: 'idx', path })))).message).toContain(
      'holds no train-images-idx3-ubyte',
    );
    await mkdir(join(path, 'train-images-idx3-ubyte'));
    expect((await rejection(openDataSource(located({ kind: 'idx', path })))).message).toContain(
      'is a folder: give the data file in it',
    );
    await writeFile(join(path, 'file'), '');
    expect((await rejection(openDataSource(located({ kind: 'idx', path: join(path, 'file') })))).code).toBe(
      'bad-request',
    );
  });
});

describe("files under EMNIST's and QMNIST's own names", () => {
  /** The tiny files with other names and other labels. */
  function named(prefix: string, labels: Buffer, testLabels: Buffer, labelType = 'idx1-ubyte'): Record<string, Buffer> {
    const files = tinyIdxFiles();
    return {
      [`${prefix}train-images-idx3-ubyte.gz`]: gzipSync(files['train-images-idx3-ubyte']),
      [`${prefix}train-labels-${labelType}.gz`]: gzipSync(labels),
      [`${prefix}test-images-idx3-ubyte.gz`]: gzipSync(files['t10k-images-idx3-ubyte']),
      [`${prefix}test-labels-${labelType}.gz`]: gzipSync(testLabels),
    };
  }

  test.each([
    ['letters', 26, [1, 13, 26], [0, 12, 25], ['A', 'M', 'Z']],
    ['balanced', 47, [0, 36, 46], [0, 36, 46], ['0', 'a', 't']],
    ['bymerge', 47, [9, 10, 35], [9, 10, 35], ['9', 'A', 'Z']],
    ['byclass', 62, [0, 36, 61], [0, 36, 61], ['0', 'a', 'z']],
    ['digits', 10, [0, 5, 9], [0, 5, 9], ['0', '5', '9']],
    ['mnist', 10, [0, 5, 9], [0, 5, 9], ['0', '5', '9']],
  ])('have the classes of EMNIST %s, with their names', async (set, classes, stored, labels, names) => {
    const files = named(`emnist-${set}-`, idxBytes([3], stored), idxBytes([2], stored.slice(1)));
    const location = located({ kind: 'idx', path: await idxFolder(files) });
    const { training, test: tested, classNames } = await openDataSource(location);
    expect(training).toMatchObject({ count: 3, height: 2, width: 3, classes });
    expect([...training.labels]).toEqual(labels);
    expect([...tested.labels]).toEqual(labels.slice(1));
    expect(classNames).toHaveLength(classes);
    expect(labels.map((label) => classNames?.[label])).toEqual(names);
    expect(await describeDataSource(location)).toMatchObject({ training: 3, test: 2, classes });
  });

  test('of letters count from 1 also where Z does not occur', async () => {
    const files = named('emnist-letters-', idxBytes([3], [1, 13, 25]), idxBytes([2], [2, 3]));
    const { training, classNames } = await openDataSource(located({ kind: 'idx', path: await idxFolder(files) }));
    expect([...training.labels].map((label) => classNames?.[label])).toEqual(['A', 'M', 'Y']);
  });

  test("take QMNIST's class from the first of its eight numbers", async () => {
    const rows = (labels: readonly number[]) => {
      const bytes = Buffer.alloc(12 + 32 * labels.length, 7);
      for (const [index, value] of [0x0c02, labels.length, 8].entries()) bytes.writeUInt32BE(value, 4 * index);
      for (const [row, label] of labels.entries()) bytes.writeInt32BE(label, 12 + 32 * row);
      return bytes;
    };
    const path = await idxFolder(named('qmnist-', rows([5, 0, 4]), rows([7, 2]), 'idx2-int'));
    const { training, test: tested } = await openDataSource(located({ kind: 'idx', path }));
    expect([training.classes, ...training.labels, ...tested.labels]).toEqual([10, 5, 0, 4, 7, 2]);
    await writeFile(join(path, 'qmnist-test-labels-idx2-int.gz'), gzipSync(rows([7, 2]).subarray(0, -4)));
    const { message } = await rejection(openDataSource(located({ kind: 'idx', path })));
    expect(message).toContain('promises 2 x 8 values in its header, but it holds 15 of them');
  });

  test('have to be chosen where a folder holds several sets', async () => {
    const path = await idxFolder({
      ...named('emnist-digits-', idxBytes([3], [7, 8, 9]), idxBytes([2], [0, 1])),
      ...named('emnist-letters-', idxBytes([3], [1, 2, 26]), idxBytes([2], [1, 2])),
    });
    const { code, message } = await rejection(openDataSource(located({ kind: 'idx', path })));
    expect(code).toBe('bad-request');
    expect(message).toBe(
      `${path} holds the files of several sets (digits, letters): choose one, such as "set": "digits" (--set digits in the terminal).`,
    );
    const { training } = await openDataSource(located({ kind: 'idx', path, set: 'letters' }));
    expect([...training.labels]).toEqual([0, 1, 25]);
    const missing = await rejection(openDataSource(located({ kind: 'idx', path, set: 'byclass' })));
    expect(missing.message).toContain('holds no emnist-byclass-train-images-idx3-ubyte');
    expect(missing.message).toContain('it holds emnist-digits-test-images-idx3-ubyte.gz,');
    // MNIST's own names come first, as in version 0.1.0.
    await writeFiles(path, tinyIdxFiles());
    const plain = await openDataSource(located({ kind: 'idx', path }));
    expect([...plain.training.labels]).toEqual([2, 0, 9]);
  });
});

describe('transposed IDX images', () => {
  // np.arange(18).reshape(3, 2, 3).transpose(0, 2, 1)
  const turned = [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11, 12, 15, 13, 16, 14, 17];

  test('have rows for columns, in memory and on disk', async () => {
    const path = await idxFolder(tinyIdxFiles());
    const location = located({ kind: 'idx', path, transpose: true });
    const { training } = await openDataSource(location);
    expect(training).toMatchObject({ height: 3, width: 2 });
    expect([...bytesOf(training)]).toEqual(turned);
    expect(await describeDataSource(location)).toMatchObject({ height: 3, width: 2 });
    vi.stubEnv('FREEZEOUT_LAB_MEMORY', '10');
    vi.stubEnv('FREEZEOUT_LAB_CACHE', await temporaryFolder());
    const stored = await openDataSource(location);
    expect(stored.training.pixels.stored.kind).toBe('file');
    expect([...bytesOf(stored.training)]).toEqual(turned);
    for (const { pixels } of [stored.training, stored.test]) pixels.close();
    vi.unstubAllEnvs();
  });
});

describe('described IDX files', () => {
  test('are known by their headers, packed or not', async () => {
    const { 'train-images-idx3-ubyte': images, ...others } = tinyIdxFiles();
    const path = await idxFolder({ ...others, 'train-images-idx3-ubyte.gz': gzipSync(images) });
    const expected = { training: 3, test: 2, validation: 0, height: 2, width: 3, channels: 1, classes: 26 };
    expect(await describeDataSource(located({ kind: 'idx', path, classes: 26 }))).toEqual(expected);
  });

  test('are refused where header and size do not fit', async () => {
    const path = await idxFolder({ ...tinyIdxFiles(), 't10k-images-idx3-ubyte': idxBytes([2, 2, 3], [1]) });
    const { code, message } = await rejection(describeDataSource(located({ kind: 'idx', path })));
    expect(code).toBe('corrupt');
    expect(message).toContain(
      't10k-images-idx3-ubyte promises 2 x 2 x 3 values in its header, but it holds 1 of them.',
    );
  });
});

describe('damaged IDX files', () => {
  /** True for a valid result, false for an AppError; anything else fails the test. */
  async function opensOrRefuses(path: string): Promise<boolean> {
    try {
      await openDataSource(located({ kind: 'idx', path }));
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  test.each(['', '.gz'])('cut at any byte are refused (%s)', async (suffix) => {
    const files = Object.entries(tinyIdxFiles()).map(([name, bytes]): [string, Buffer] => [
      name + suffix,
      suffix === '' ? bytes : gzipSync(bytes),
    ]);
    const path = await idxFolder(Object.fromEntries(files));
    for (const [name, bytes] of files) {
      for (let length = 0; length < bytes.length; length++) {
        await writeFile(join(path, name), bytes.subarray(0, length));
        expect(await opensOrRefuses(path), `${name} of ${length} bytes`).toBe(false);
      }
      await writeFile(join(path, name), bytes);
    }
    expect(await opensOrRefuses(path)).toBe(true);
  });

  test.each(['', '.gz'])('with any bytes changed are read or refused (%s)', async (suffix) => {
    const files = Object.entries(tinyIdxFiles()).map(([name, bytes]): [string, Buffer] => [
      name + suffix,
      suffix === '' ? bytes : gzipSync(bytes),
    ]);
    const path = await idxFolder(Object.fromEntries(files));
    const changes = fc.array(fc.tuple(fc.nat(40), fc.constantFrom(0, 1, 8, 127, 128, 255)), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), changes, async ([name, bytes], mutations) => {
        const damaged = Buffer.from(bytes);
        for (const [place, value] of mutations) damaged[place % damaged.length] = value;
        await writeFile(join(path, name), damaged);
        await opensOrRefuses(path);
        await writeFile(join(path, name), bytes);
      }),
      { numRuns: 100 },
    );
  });
});
