import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { DataSource } from '#core/data/image-set.ts';
import { AppError } from '#core/errors.ts';
import { describeDataSource, openDataSource } from '../../../../src-main/datasets/open-data-source.ts';
import {
  cifarRecord,
  located,
  tarBytes,
  temporaryFolder,
  tinyCifar10Files,
  writeFiles,
} from '../../../datasets/tiny-files.ts';

const nested = 'cifar-10-batches-bin';

function expectTinyCifar10({ training, test: tested }: DataSource): void {
  expect(training).toMatchObject({ count: 5, height: 32, width: 32, channels: 3, classes: 10 });
  expect([...training.labels]).toEqual([0, 9, 3, 4, 5]);
  expect([...tested.labels]).toEqual([6]);
  // Record 1 is red 2, green 102, blue = pixel number modulo 251; images are [32, 32, 3].
  const second = training.pixels.read(3072, 2 * 3072);
  expect([...second.subarray(0, 6)]).toEqual([2, 102, 0, 2, 102, 1]);
  expect([...second.subarray(3 * 1023)]).toEqual([2, 102, 1023 % 251]);
  expect([...tested.pixels.read(3 * 300, 3 * 300 + 3)]).toEqual([6, 106, 49]);
}

async function cifarFolder(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

describe('CIFAR-10', () => {
  test('reads the folder of the binary version, any number of records a file', async () => {
    expectTinyCifar10(await openDataSource(located({ kind: 'cifar10', path: await cifarFolder(tinyCifar10Files()) })));
  });

  test('reads the folder around it', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, nested));
    await writeFiles(join(path, nested), tinyCifar10Files());
    expectTinyCifar10(await openDataSource(located({ kind: 'cifar10', path })));
  });

  test('reads the archive, packed or not, and leaves other entries alone', async () => {
    const files = { 'readme.html': Buffer.alloc(2000), ...tinyCifar10Files() };
    const archive = await tarBytes(files, `${nested}/`);
    const path = await cifarFolder({ 'cifar.tar': archive, 'cifar.tar.gz': gzipSync(archive) });
    expectTinyCifar10(await openDataSource(located({ kind: 'cifar10', path: join(path, 'cifar.tar') })));
    expectTinyCifar10(await openDataSource(located({ kind: 'cifar10', path: join(path, 'cifar.tar.gz') })));
  });

  test('takes the class names where the authors give them', async () => {
    const names = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
    const files = { ...tinyCifar10Files(), 'batches.meta.txt': Buffer.from(`${names.join('\n')}\n\n`) };
    expect((await openDataSource(located({ kind: 'cifar10', path: await cifarFolder(files) }))).classNames).toEqual(
      names,
    );
  });

  test.each<[string, Record<string, Uint8Array>, string]>([
    ['half a record', { 'data_batch_3.bin': Buffer.alloc(3072) }, 'has 3072 bytes, not a multiple of the 3073'],
    [
      'a label above 9',
      { 'data_batch_4.bin': cifarRecord([10], 1, 1) },
      'gives image 0 the label 10, but the labels of 10',
    ],
    ['no test record', { 'test_batch.bin': Buffer.alloc(0) }, 'hold no CIFAR-10 record'],
    ['too few names', { 'batches.meta.txt': Buffer.from('cat\ndog\n') }, 'names 2 classes, but CIFAR-10 has 10'],
  ])('%s is said', async (_, broken, problem) => {
    const path = await cifarFolder({ ...tinyCifar10Files(), ...broken });
    const opening = openDataSource(located({ kind: 'cifar10', path }));
    await expect(opening).rejects.toMatchObject({ name: 'AppError', code: 'corrupt' });
    await expect(opening).rejects.toThrow(problem);
    await expect(opening).rejects.toThrow(join(path, Object.keys(broken)[0]));
  });

  test('a missing batch is named, in a folder and in an archive', async () => {
    const { 'data_batch_5.bin': _, ...others } = tinyCifar10Files();
    const path = await cifarFolder({ ...others, 'cifar.tar': await tarBytes(others) });
    for (const source of [path, join(path, 'cifar.tar')]) {
      const opening = openDataSource(located({ kind: 'cifar10', path: source }));
      await expect(opening).rejects.toMatchObject({ code: 'not-found' });
      await expect(opening).rejects.toThrow(`${source} holds no data_batch_5.bin`);
    }
  });
});

describe('described CIFAR files', () => {
  test('are known by their sizes, in a folder and in an archive', async () => {
    const files = tinyCifar10Files();
    const path = await cifarFolder({ ...files, 'cifar.tar': await tarBytes(files) });
    const expected = { training: 5, test: 1, validation: 0, height: 32, width: 32, channels: 3, classes: 10 };
    expect(await describeDataSource(located({ kind: 'cifar10', path }))).toEqual(expected);
    expect(await describeDataSource(located({ kind: 'cifar10', path: join(path, 'cifar.tar') }))).toEqual(expected);
  });

  test.each<[string, Record<string, Uint8Array>, string]>([
    ['half a record', { 'data_batch_3.bin': Buffer.alloc(3072) }, 'has 3072 bytes, not a multiple of the 3073'],
    ['no test record', { 'test_batch.bin': Buffer.alloc(0) }, 'holds no CIFAR-10 record to train or to test on'],
  ])('%s is said', async (_, broken, problem) => {
    const path = await cifarFolder({ ...tinyCifar10Files(), ...broken });
    await expect(describeDataSource(located({ kind: 'cifar10', path }))).rejects.toThrow(problem);
  });
});

describe('CIFAR-100', () => {
  test('learns the fine label, the second byte of a record', async () => {
    const files = { 'train.bin': cifarRecord([19, 99], 7, 8), 'test.bin': cifarRecord([0, 1], 9, 10) };
    const { training, test: tested } = await openDataSource(
      located({ kind: 'cifar100', path: await cifarFolder(files) }),
    );
    expect(training).toMatchObject({ count: 1, classes: 100 });
    expect([training.labels[0], tested.labels[0]]).toEqual([99, 1]);
    expect([...training.pixels.read(0, 3)]).toEqual([7, 8, 0]);
  });
});

describe('damaged CIFAR archives', () => {
  async function opensOrRefuses(path: string): Promise<boolean> {
    try {
      await openDataSource(located({ kind: 'cifar10', path }));
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  test('cut at any byte are refused', async () => {
    const files = { 'readme.html': Buffer.alloc(2000, 'text'), ...tinyCifar10Files() };
    const packed = gzipSync(await tarBytes(files, `${nested}/`));
    const path = join(await temporaryFolder(), 'cifar.tar.gz');
    for (let length = 0; length < packed.length; length++) {
      await writeFile(path, packed.subarray(0, length));
      expect(await opensOrRefuses(path), `${length} of ${packed.length} bytes`).toBe(false);
    }
  });

  test('with any header byte changed are read or refused', async () => {
    const archive = await tarBytes(tinyCifar10Files(), `${nested}/`);
    const path = join(await temporaryFolder(), 'cifar.tar');
    for (let place = 0; place < 512; place++) {
      const damaged = Buffer.from(archive);
      damaged[place] ^= 0xff;
      await writeFile(path, damaged);
      await opensOrRefuses(path);
    }
  });

  test('an entry that claims more than memory holds is refused before its bytes come', async () => {
    const archive = await tarBytes({ 'data_batch_1.bin': cifarRecord([1], 1, 1) });
    // The size field of a tar header is octal at byte 124; the checksum at 148 sums the header with blanks in its place.
    archive.write('77777777777\0', 124, 'latin1');
    archive.write('        ', 148, 'latin1');
    const sum = archive.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const path = await cifarFolder({ 'cifar.tar': archive });
    const opening = openDataSource(located({ kind: 'cifar10', path: join(path, 'cifar.tar') }));
    await expect(opening).rejects.toThrow('claims 8589934591 bytes');
  });
});
