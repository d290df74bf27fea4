import { createHash } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DatasetLocation } from '#core/data/dataset-location.ts';
import { datasetCatalog } from '../../src-main/datasets/catalog.ts';
import * as hashing from '../../src-main/datasets/content-hash.ts';
import { readContent } from '../../src-main/datasets/dataset-content.ts';
import { treeVersion } from '../../src-main/datasets/folder-tree.ts';
import { pngBytes, tinyImageFiles, writeTree } from './image-files.ts';
import { located, rejection, temporaryFolder, tinyIdxFiles, writeFiles } from './tiny-files.ts';

let folder = '';
beforeEach(async () => {
  vi.stubEnv('FREEZEOUT_LAB_CACHE', await temporaryFolder());
  folder = await temporaryFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What the data set holds, and whether its images were read for that. */
async function contentOf(location: DatasetLocation) {
  const reading = vi.spyOn(hashing, 'contentHashes');
  const content = await readContent({ location, again: false }, () => {});
  const isRead = reading.mock.calls.length > 0;
  reading.mockRestore();
  return { ...content, isRead };
}

vi.mock('../../src-main/datasets/content-hash.ts', { spy: true });

it('reads the files once, and again only where one has changed', async () => {
  const files = tinyIdxFiles();
  await writeFiles(folder, files);
  const location = located({ kind: 'idx', path: folder });
  const first = await contentOf(location);
  expect(first.isRead).toBe(true);
  expect(await contentOf(location)).toEqual({ ...first, isRead: false });
  // Everything by hand: the sizes, the pixels and the labels of both parts.
  const set = (sizes: string, name: string, labels: readonly number[]): Buffer =>
    Buffer.concat([
      Buffer.from(`${sizes} x 2 x 3 x 1 of 10 classes\n`),
      files[`${name}-images-idx3-ubyte`].subarray(16),
      Buffer.from(Int32Array.from(labels).buffer),
    ]);
  const bytes = Buffer.concat([set('3', 'train', [2, 0, 9]), set('2', 't10k', [1, 3])]);
  expect(first.hashes).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), withValidation: null });
  expect([[...first.labels.training], first.labels.validation, [...first.labels.test]]).toEqual([
    [2, 0, 9],
    null,
    [1, 3],
  ]);
  expect(await contentOf(location).then(({ labels }) => [...labels.training])).toEqual([2, 0, 9]);
});

it('notices a file of the same size and time, written in its place or moved there', async () => {
  await writeFiles(folder, tinyIdxFiles());
  const location = located({ kind: 'idx', path: folder });
  const { hashes } = await contentOf(location);
  const path = join(folder, 't10k-labels-idx1-ubyte');
  const { atime, mtime } = await stat(path);
  const others = Buffer.from(await readFile(path));
  others[8] = 5;
  await writeFile(path, others);
  await utimes(path, atime, mtime);
  const rewritten = await contentOf(location);
  expect([rewritten.isRead, rewritten.hashes.sha256 === hashes.sha256]).toEqual([true, false]);
  others[8] = 6;
  await writeFile(`${path}.new`, others);
  await utimes(`${path}.new`, atime, mtime);
  await rename(`${path}.new`, path);
  const moved = await contentOf(location);
  expect([moved.isRead, moved.hashes.sha256 === rewritten.hashes.sha256]).toEqual([true, false]);
});

it('has the same hash for files that were touched, packed or copied', async () => {
  await writeFiles(folder, tinyIdxFiles());
  const location = located({ kind: 'idx', path: folder });
  const { hashes } = await contentOf(location);
  const images = join(folder, 'train-images-idx3-ubyte');
  await utimes(images, 1, 1);
  const touched = await contentOf(location);
  expect([touched.isRead, touched.hashes]).toEqual([true, hashes]);
  await writeFile(`${images}.gz`, gzipSync(await readFile(images)));
  await rm(images);
  expect((await contentOf(location)).hashes).toEqual(hashes);
  // The unpacked file, if it comes back, is preferred to the packed one: it is noticed although nothing else has changed.
  await writeFile(images, Buffer.from(tinyIdxFiles()['train-images-idx3-ubyte']).fill(7, 16));
  expect((await contentOf(location)).hashes).not.toEqual(hashes);
  const copy = await temporaryFolder();
  await writeFiles(copy, tinyIdxFiles());
  expect((await contentOf(located({ kind: 'idx', path: copy }))).hashes).toEqual(hashes);
});

it('says what is wrong with files that are gone, although it has read them', async () => {
  await writeFiles(folder, tinyIdxFiles());
  const location = located({ kind: 'idx', path: folder });
  await contentOf(location);
  await rm(join(folder, 'train-labels-idx1-ubyte'));
  expect(await rejection(contentOf(location))).toMatchObject({ code: 'not-found' });
});

it('reads a folder of images again where one of them was replaced, added or moved to another class', async () => {
  await writeTree(folder, tinyImageFiles());
  const location = located({ kind: 'image-folder', path: folder });
  const first = await contentOf(location);
  expect(first.isRead).toBe(true);
  expect(await contentOf(location)).toEqual({ ...first, isRead: false });
  const path = join(folder, 'train/cat/a.png');
  const { atime, mtime, size } = await stat(path);
  const other = pngBytes({ colour: [9, 0, 0] });
  expect(other).toHaveLength(size);
  await writeFile(path, other);
  await utimes(path, atime, mtime);
  const replaced = await contentOf(location);
  expect([replaced.isRead, replaced.hashes.sha256 === first.hashes.sha256]).toEqual([true, false]);
  await link(path, join(folder, 'train/dog/w.png'));
  expect((await contentOf(location)).info.training).toBe(5);
});

it('reads again on request, and where the cache was damaged', async () => {
  await writeFiles(folder, tinyIdxFiles());
  const location = located({ kind: 'idx', path: folder });
  const { hashes } = await contentOf(location);
  expect((await datasetCatalog.content(location, { again: true })).hashes).toEqual(hashes);
  const kept = join(process.env.FREEZEOUT_LAB_CACHE ?? '', 'contents');
  for (const name of await readdir(kept)) await writeFile(join(kept, name), '{"format": 1');
  expect(await contentOf(location)).toMatchObject({ isRead: true, hashes });
});

it('keeps what it learnt of images that are made', async () => {
  const location = located({ kind: 'synthetic', classes: 2, height: 8, width: 8, train: 20, test: 4 });
  const first = await contentOf(location);
  expect(await contentOf(location)).toEqual({ ...first, isRead: false });
  expect([first.info.training, first.labels.test.length]).toEqual([20, 4]);
});

it('looks quickly at a folder that is as it was, and notices whatever changes below it', async () => {
  await writeTree(folder, tinyImageFiles());
  await mkdir(join(folder, 'train', 'empty'));
  const tree = await treeVersion(folder);
  expect(tree).toMatch(/^[0-9a-f]{64}$/);
  expect(await treeVersion(folder)).toBe(tree);
  const seen = new Set([tree]);
  const changes = [
    () => writeFile(join(folder, 'train', 'empty', 'new.png'), ''),
    () => writeFile(join(folder, 'train', 'empty', 'new.png'), 'longer'),
    () => rename(join(folder, 'train', 'empty', 'new.png'), join(folder, 'train', 'empty', 'other.png')),
    () => rm(join(folder, 'train', 'empty'), { recursive: true }),
  ];
  for (const change of changes) {
    await change();
    seen.add(await treeVersion(folder));
  }
  expect(seen.size).toBe(1 + changes.length);
  // What lies behind a link may change without a trace here.
  await symlink(tmpdir(), join(folder, 'link'));
  expect(await treeVersion(folder)).toBeNull();
});

it('asks the catalogue of a folder twice and reads its images once, also after a file that is no image has changed', async () => {
  await writeTree(folder, tinyImageFiles());
  const location = located({ kind: 'image-folder', path: folder });
  const first = await contentOf(location);
  await writeFile(join(folder, '.DS_Store'), 'left behind');
  expect(await contentOf(location)).toEqual({ ...first, isRead: false });
  const again = await datasetCatalog.content(location);
  expect({ ...again, isRead: true }).toEqual(first);
});
