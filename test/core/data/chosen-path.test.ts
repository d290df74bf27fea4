import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { describeDataSource, openDataSource } from '../../../src-main/datasets/open-data-source.ts';
import { npzBytes, tinyArrays, zipBytes } from '../../datasets/npz-bytes.ts';
import { located, rejection, tarBytes, temporaryFolder, tinyIdxFiles } from '../../datasets/tiny-files.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');
const zip = zipBytes({ 'cat/a.txt': latin('x') });

/** What is said of a file of this name and these bytes, by reading and by describing it alike. */
async function saidOf(kind: string, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  const location = located({ kind, path });
  const { message } = await rejection(openDataSource(location));
  expect((await rejection(describeDataSource(location))).message).toBe(message);
  expect(message.startsWith(`${path} `)).toBe(true);
  return message.slice(path.length + 1);
}

describe('a path to something else than the kind reads', () => {
  test.each([
    ['a.zip', zip, 'is a zip archive: unpack it, and give the folder.'],
    ['a.tar.bz2', latin('BZh91AY&SY'), 'is a bzip2 file: unpack it, and give the folder.'],
    ['a.tar.xz', latin('\xfd7zXZ\0\0'), 'is an xz file: unpack it, and give the folder.'],
    ['a.7z', latin("7z\xbc\xaf'\x1c"), 'is a 7-Zip archive: unpack it, and give the folder.'],
    ['a.rar', latin('Rar!\x1a\x07\0'), 'is a RAR archive: unpack it, and give the folder.'],
    ['a.npz', npzBytes(tinyArrays()), 'is a zip archive: add NumPy arrays as the kind npz.'],
    ['a.tar.gz', latin('<!DOCTYPE html>'), 'is a web page, perhaps one that says why a download failed: it holds no'],
  ])('such as %s is named for what it is, with what to do, for every kind of folders', async (name, bytes, words) => {
    for (const kind of ['cifar10', 'cifar100', 'stl10', 'image-folder', 'idx']) {
      expect(await saidOf(kind, name, bytes)).toContain(words);
    }
  });

  test.each([
    ['a.tar.gz', gzipSync('x'), 'is a gzip file: unpack it, and give the .npz file in it.'],
    [
      'a.npy',
      latin('\x93NUMPY\x01\0'),
      'is a single NumPy array (.npy): save images and labels in one file, by np.savez(',
    ],
    ['a.h5', latin('\x89HDF\r\n\x1a\n'), 'is an HDF5 file: it is not read; save its images and labels as arrays'],
    ['a.mat', latin('MATLAB 5.0 MAT-file, '), 'is a MATLAB file: it is not read'],
    ['a.npz', zip, 'is a zip archive without NumPy arrays (it holds cat/a.txt): unpack it'],
    ['a.jpg', latin('\xff\xd8\xff\xe0'), 'is a JPEG image: put images into folders by class'],
  ])('such as %s is named for what it is where a file of arrays is wanted', async (name, bytes, words) => {
    expect(await saidOf('npz', name, bytes)).toContain(words);
  });

  test('is a folder where a file is wanted: the file in it is named', async () => {
    const folder = await temporaryFolder();
    const location = located({ kind: 'npz', path: folder });
    expect((await rejection(openDataSource(location))).message).toBe(
      `${folder} is a folder: give the file itself, whose name ends in .npz.`,
    );
    await writeFile(join(folder, 'digits.npz'), npzBytes(tinyArrays()));
    expect((await rejection(openDataSource(location))).message).toBe(
      `${folder} is a folder: give ${join(folder, 'digits.npz')}.`,
    );
  });

  test('is one file where a folder is wanted', async () => {
    const file = gzipSync(tinyIdxFiles()['train-images-idx3-ubyte']);
    expect(await saidOf('idx', 'train-images-idx3-ubyte.gz', file)).toBe(
      'is a file: give the folder that holds the four IDX files.',
    );
  });
});

describe('a file in a folder whose name ends in .gz', () => {
  test.each([
    ['that was unpacked already', tinyIdxFiles()['train-images-idx3-ubyte'], 'take .gz off its name'],
    [
      'that is a web page',
      latin('<html>Access denied'),
      'is a web page, perhaps one that says why a download failed, although',
    ],
    ['that is cut', gzipSync('x'.repeat(99)).subarray(0, 11), 'is not an intact gzip file (unexpected end of file)'],
  ])('%s is said to be', async (_, bytes, words) => {
    const folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'train-images-idx3-ubyte.gz'), bytes);
    const { message } = await rejection(openDataSource(located({ kind: 'idx', path: folder })));
    expect(message).toContain(words);
  });
});

test('an archive in the format that a kind reads is left to its reader', async () => {
  const archive = await tarBytes({ 'readme.txt': latin('x') });
  for (const [name, bytes] of [
    ['a.tar', archive],
    ['a.tgz', gzipSync(archive)],
  ] as const) {
    expect(await saidOf('cifar10', name, bytes)).toContain('holds no data_batch_1.bin');
  }
});
