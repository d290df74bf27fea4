import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { DataSource } from '#core/data/image-set.ts';
import { describeDataSource, openDataSource } from '../../../../src-main/datasets/open-data-source.ts';
import { located, rejection, tarBytes, temporaryFolder, writeFiles } from '../../../datasets/tiny-files.ts';

const IMAGE_BYTES = 3 * 96 * 96;

/** Byte i of a file is (7 i + 3 floor(i / 96) + shift) mod 251. */
function planes(images: number, shift = 0): Uint8Array {
  return Uint8Array.from(
    { length: images * IMAGE_BYTES },
    (_, index) => (7 * index + 3 * Math.floor(index / 96) + shift) % 251,
  );
}

const FILES = {
  'train_X.bin': planes(2),
  'train_y.bin': Uint8Array.of(10, 1),
  'test_X.bin': planes(3, 5),
  'test_y.bin': Uint8Array.of(2, 2, 9),
};

function expectTinyStl10({ training, test: tested, classNames }: DataSource): void {
  expect(training).toMatchObject({ count: 2, height: 96, width: 96, channels: 3, classes: 10 });
  expect([[...training.labels], [...tested.labels]]).toEqual([
    [9, 0],
    [1, 1, 8],
  ]);
  const pixel = (image: number, row: number, column: number) => {
    const start = image * IMAGE_BYTES + (row * 96 + column) * 3;
    return [...training.pixels.read(start, start + 3)];
  };
  // NumPy: np.transpose(np.reshape(bytes, (-1, 3, 96, 96)), (0, 1, 3, 2)).transpose(0, 2, 3, 1), as torchvision reads it.
  expect(pixel(0, 0, 0)).toEqual([0, 42, 84]);
  expect(pixel(0, 0, 1)).toEqual([173, 215, 6]);
  expect(pixel(0, 1, 0)).toEqual([7, 49, 91]);
  expect(pixel(0, 95, 95)).toEqual([32, 74, 116]);
  expect(pixel(1, 10, 50)).toEqual([61, 103, 145]);
  expect(pixel(1, 95, 0)).toEqual([38, 80, 122]);
  // The sum of all values, each times its place modulo 1009.
  const all = training.pixels.read(0, 2 * IMAGE_BYTES);
  expect(all.reduce((sum, value, place) => sum + value * (place % 1009), 0)).toBe(3_472_668_985);
  expect([...tested.pixels.read(0, 3)]).toEqual([5, 47, 89]);
  expect(classNames ?? 'none in the files').toBe('none in the files');
}

async function stl10Folder(files: Readonly<Record<string, Uint8Array>> = FILES): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

test('reads the folder of the binary version, and the archive without its unlabelled images', async () => {
  const path = await stl10Folder();
  expectTinyStl10(await openDataSource(located({ kind: 'stl10', path })));
  const archive = await tarBytes({ 'unlabeled_X.bin': planes(1), ...FILES }, 'stl10_binary/');
  await writeFiles(path, { 'stl10_binary.tar.gz': gzipSync(archive) });
  const packed = located({ kind: 'stl10', path: join(path, 'stl10_binary.tar.gz') });
  expectTinyStl10(await openDataSource(packed));
  const sizes = { training: 2, test: 3, height: 96, width: 96, channels: 3, classes: 10 };
  expect(await describeDataSource(packed)).toMatchObject(sizes);
  expect(await describeDataSource(located({ kind: 'stl10', path }))).toMatchObject(sizes);
});

test('reads the same pixels where memory is too small for them', async () => {
  const path = await stl10Folder();
  const budget = process.env.FREEZEOUT_LAB_MEMORY;
  process.env.FREEZEOUT_LAB_MEMORY = '1000';
  try {
    expectTinyStl10(await openDataSource(located({ kind: 'stl10', path })));
  } finally {
    if (budget === undefined) delete process.env.FREEZEOUT_LAB_MEMORY;
    else process.env.FREEZEOUT_LAB_MEMORY = budget;
  }
});

test('takes the class names of the files', async () => {
  const names = ['airplane', 'bird', 'car', 'cat', 'deer', 'dog', 'horse', 'monkey', 'ship', 'truck'];
  const path = await stl10Folder({ ...FILES, 'class_names.txt': Buffer.from(`${names.join('\n')}\n`) });
  expect((await openDataSource(located({ kind: 'stl10', path }))).classNames).toEqual(names);
});

const damaged: readonly (readonly [string, Readonly<Record<string, Uint8Array>>, string])[] = [
  ['a label 0', { 'train_y.bin': Uint8Array.of(0, 1) }, "gives image 0 the label 0, but STL-10's labels are 1 to 10"],
  ['too few labels', { 'train_y.bin': Uint8Array.of(1) }, 'has 1 labels, but there are 2 images'],
  ['a cut image', { 'test_X.bin': planes(2).subarray(1) }, 'not a multiple of the 27648 bytes of an STL-10 image'],
];

test.each(damaged)('refuses %s', async (_, files, problem) => {
  const path = await stl10Folder({ ...FILES, ...files });
  const { code, message } = await rejection(openDataSource(located({ kind: 'stl10', path })));
  expect(code).toBe('corrupt');
  expect(message).toContain(problem);
});

test('names the file that a folder lacks', async () => {
  const { 'test_y.bin': _, ...files } = FILES;
  const { code, message } = await rejection(openDataSource(located({ kind: 'stl10', path: await stl10Folder(files) })));
  expect([code, message]).toEqual(['not-found', expect.stringContaining('holds no test_y.bin')]);
});
