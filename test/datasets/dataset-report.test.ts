import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DatasetLocation } from '#core/data/dataset-location.ts';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';
import { readContent } from '../../src-main/datasets/dataset-content.ts';
import { reportOn } from '../../src-main/datasets/dataset-report.ts';
import { openDataSource } from '../../src-main/datasets/open-data-source.ts';
import { pngBytes, tinyImageFiles, writeTree } from './image-files.ts';
import { npzBytes, tinyArrays } from './npz-bytes.ts';
import { idxBytes, located, rejection, temporaryFolder, tinyIdxFiles, writeFiles } from './tiny-files.ts';

let folder = '';
beforeEach(async () => {
  vi.stubEnv('FREEZEOUT_LAB_CACHE', await temporaryFolder());
  folder = await temporaryFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const reportFor = (location: DatasetLocation) => reportOn({ name: 'pets', location }, () => {});
const reportOnFolder = async (files: Readonly<Record<string, Uint8Array | string>>, size?: number) => {
  await writeTree(folder, files);
  return reportFor(located({ kind: 'image-folder', path: folder, size }));
};
const totals = ({ findings }: DatasetReport) => findings.map(({ topic, total }) => [topic, total]);

it('compares the images of arrays, as NumPy does', async () => {
  // x = (numpy.arange(400) * 7919) % 13, as 400 images of 1 x 1; y = (numpy.arange(400) * 31) % 10; 300 train, 100 test.
  // numpy.unique(x[:300]).size == 13, so 287 training and 87 test images repeat one, and all 100 test images are in training;
  // each of the 13 images has all 10 classes.
  const x = Array.from({ length: 400 }, (_, index) => (index * 7919) % 13);
  const y = Array.from({ length: 400 }, (_, index) => (index * 31) % 10);
  await writeFiles(folder, {
    'train-images-idx3-ubyte': idxBytes([300, 1, 1], x.slice(0, 300)),
    'train-labels-idx1-ubyte': idxBytes([300], y.slice(0, 300)),
    't10k-images-idx3-ubyte': idxBytes([100, 1, 1], x.slice(300)),
    't10k-labels-idx1-ubyte': idxBytes([100], y.slice(300)),
  });
  const location = located({ kind: 'idx', path: folder });
  const report = await reportFor(location);
  expect(totals(report)).toEqual([
    ['same image in two parts', 100],
    ['same image in two classes', 13],
    ['repeated images', 287],
    ['repeated images', 87],
  ]);
  expect(report.classes.map(({ images }) => images)).toEqual(new Array(10).fill([30, 10]));
  expect(report.bytes).toEqual({ pixels: 400, files: null });
  // What was read for the report serves the run: equal images are kept with the hash.
  expect((await readContent({ location, again: false }, () => {})).equalImages).toHaveLength(13);
});

it('says of labels that count from 1 that class 0 is empty', async () => {
  await writeFiles(folder, {
    ...tinyIdxFiles(),
    'train-labels-idx1-ubyte': idxBytes([3], [1, 2, 2]),
    't10k-labels-idx1-ubyte': idxBytes([2], [1, 2]),
  });
  const { findings } = await reportFor(located({ kind: 'idx', path: folder, classes: 3 }));
  expect(findings.map(({ sentence }) => sentence)).toEqual([
    '1 of 3 classes has no image in any part. If the labels count from 1, subtract 1 from each.',
  ]);
});

it('names the arrays of an .npz file that belong to no part', async () => {
  const path = join(folder, 'data.npz');
  const { x_test, ...others } = tinyArrays();
  await writeFile(path, npzBytes({ ...others, x_test, x_val: x_test }));
  const { findings, image } = await reportFor(located({ kind: 'npz', path }));
  expect(findings.map(({ topic, items }) => [topic, items.map(({ what }) => what)])).toEqual([
    ['missing classes', ['0']],
    ['skipped files', ['x_val']],
  ]);
  expect(image).toEqual({ height: 2, width: 2, channels: 1 });
});

it('compares image files by their pixels, whatever their bytes are, and names them', async () => {
  const grey = pngBytes({ colour: 9 });
  const report = await reportOnFolder({
    ...tinyImageFiles(),
    'test/cat/copy.png': pngBytes({ colour: [3, 0, 0] }),
    'val/dog/grey.png': grey,
    'val/cat/rgb.png': pngBytes({ colour: [9, 9, 9] }),
    'train/cat/notes.txt': 'x',
  });
  expect(report.findings.map(({ topic, items }) => [topic, items])).toEqual([
    ['same image in two parts', [{ what: 'test/cat/copy.png', detail: 'equals train/cat/c.png' }]],
    ['same image in two classes', [{ what: 'val/cat/rgb.png', detail: 'equals val/dog/grey.png' }]],
    ['repeated images', [{ what: 'val/dog/grey.png', detail: 'equals val/cat/rgb.png' }]],
    ['skipped files', [{ what: 'train/cat/notes.txt', detail: null }]],
  ]);
  expect([report.classes, report.grey, report.bytes.pixels]).toEqual([
    [
      { name: 'cat', images: [3, 1, 2] },
      { name: 'dog', images: [1, 1, 1] },
    ],
    1,
    9 * 4 * 4 * 3,
  ]);
});

it('tells of all damaged images at once; a run on them does so too', async () => {
  const whole = pngBytes({ height: 40, width: 40, colour: [1, 2, 3] });
  const files = {
    ...tinyImageFiles(),
    'train/cat/cut.png': whole.subarray(0, whole.length - 30),
    'train/dog/page.png': '<!DOCTYPE html><p>Not found',
    'test/dog/empty.png': '',
  };
  const report = await reportOnFolder(files);
  const [{ topic, items, sentence }, ...others] = report.findings;
  expect([topic, sentence, others]).toEqual([
    'damaged images',
    '3 of 9 image files cannot be read: mend, replace or remove them.',
    [],
  ]);
  expect(items.map(({ what }) => what).sort()).toEqual([
    'test/dog/empty.png',
    'train/cat/cut.png',
    'train/dog/page.png',
  ]);
  expect(items.every(({ detail }) => detail?.startsWith('is '))).toBe(true);
  expect(report.refusal).toBe(sentence);
  const { code, message } = await rejection(openDataSource(located({ kind: 'image-folder', path: folder }), () => {}));
  expect(code).toBe('corrupt');
  expect(message).toBe(
    `3 of 9 image files in ${folder} cannot be read: ${items.map(({ what }) => what).join(', ')}. Mend, replace or remove them.`,
  );
});

it('notices an image that is gone after the others were decoded', async () => {
  await reportOnFolder(tinyImageFiles());
  await symlink(join(folder, 'gone.png'), join(folder, 'train/cat/link.png'));
  const report = await reportOnFolder({});
  expect(report.findings[0].items).toEqual([
    { what: 'train/cat/link.png', detail: 'is a link to something that is not there' },
  ]);
});

it('names a link that leads back to itself', async () => {
  await reportOnFolder(tinyImageFiles());
  await symlink('round.png', join(folder, 'train/cat/round.png'));
  const report = await reportOnFolder({});
  expect(report.findings[0].items).toEqual([
    { what: 'train/cat/round.png', detail: 'is a link that leads back to itself' },
  ]);
});

it('reports where every image is damaged', async () => {
  const names = Object.keys(tinyImageFiles());
  const report = await reportOnFolder(Object.fromEntries(names.map((name) => [name, 'x'])));
  expect([report.findings[0].total, report.image, report.sizes]).toEqual([6, null, null]);
});

it('counts sizes before resizing', async () => {
  const odd = { 'test/cat/e.png': pngBytes({ height: 9, width: 5, colour: [7, 0, 0] }) };
  const sizes = {
    distinct: 2,
    smallest: { height: 4, width: 4, images: 6 },
    largest: { height: 9, width: 5, images: 1 },
    mostFrequent: { height: 4, width: 4, images: 6 },
  };
  const refused = await reportOnFolder({ ...tinyImageFiles(), ...odd });
  expect([totals(refused), refused.sizes]).toEqual([[['several sizes', 2]], sizes]);
  const resized = await reportOnFolder({}, 5);
  expect([totals(resized), resized.sizes, resized.image?.height]).toEqual([[['enlarged images', 1]], sizes, 5]);
});

it('reads again what has changed, and lists again what was skipped', async () => {
  const files = tinyImageFiles();
  expect(totals(await reportOnFolder(files))).toEqual([]);
  await writeFile(join(folder, 'train/cat/a.png'), files['train/cat/c.png']);
  await writeFile(join(folder, 'README'), 'x');
  expect(totals(await reportOnFolder({}))).toEqual([
    ['repeated images', 1],
    ['skipped files', 1],
  ]);
});
