import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ImageSet, imageSize } from '#core/data/image-set.ts';
import { describeDataSource, openDataSource } from '../../../../src-main/datasets/open-data-source.ts';
import { pngBytes, tinyImageFiles, writeTree } from '../../../datasets/image-files.ts';
import { located, rejection, temporaryFolder } from '../../../datasets/tiny-files.ts';
import { bytesOf } from '../../../support/pixel-bytes.ts';

let cache = '';

beforeEach(async () => {
  cache = await temporaryFolder();
  vi.stubEnv('FREEZEOUT_LAB_CACHE', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function imageFolder(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await temporaryFolder();
  await writeTree(folder, files);
  return folder;
}

const openFolder = (path: string, size?: number) => openDataSource(located({ kind: 'image-folder', path, size }));

/** The first pixel of every image. */
function firstPixels(set: ImageSet): number[][] {
  const bytes = bytesOf(set);
  return Array.from({ length: set.count }, (_, image) => {
    const start = image * imageSize(set);
    return [...bytes.subarray(start, start + set.channels)];
  });
}

const prepared = async () => (await readdir(join(cache, 'images'))).sort();

describe('an image folder', () => {
  test('has the folders as classes, whose images come in their shares from first to last', async () => {
    const path = await imageFolder(tinyImageFiles());
    const { training, test: tested, classNames } = await openFolder(path);
    expect(classNames).toEqual(['cat', 'dog']);
    expect(training).toMatchObject({ count: 4, height: 4, width: 4, channels: 3, classes: 2 });
    // Three cats at 1/6, 3/6 and 5/6 of the way, one dog at 1/2.
    expect([...training.labels]).toEqual([0, 0, 1, 0]);
    expect(firstPixels(training)).toEqual([
      [1, 0, 0],
      [2, 0, 0],
      [0, 0, 10],
      [3, 0, 0],
    ]);
    expect([...tested.labels]).toEqual([0, 1]);
    expect(firstPixels(tested)).toEqual([
      [4, 0, 0],
      [0, 0, 11],
    ]);
    expect(await describeDataSource(located({ kind: 'image-folder', path }))).toEqual({
      ...{ training: 4, test: 2, validation: 0, height: 4, width: 4, channels: 3, classes: 2 },
    });
  });

  test('says that it is being decoded, and nothing where that was done', async () => {
    const location = located({ kind: 'image-folder', path: await imageFolder(tinyImageFiles()) });
    const lines: string[] = [];
    for (let time = 0; time < 2; time++) await openDataSource(location, (line) => lines.push(line));
    expect(lines).toEqual([expect.stringMatching(/^decoding the 6 images of .*, once \.\.\.$/)]);
  });

  test('may call its test images val, nest them, and hold other files', async () => {
    const { 'test/cat/d.png': cat, 'test/dog/y.png': dog, ...training } = tinyImageFiles();
    const others = {
      'train/.DS_Store': 'x',
      'train/cat/._a.png': 'x',
      'train/cat/notes.txt': 'x',
      'train/readme': 'x',
    };
    const path = await imageFolder({ ...training, ...others, 'val/cat/more/d.png': cat, 'val/dog/y.png': dog });
    expect((await openFolder(path)).test.count).toBe(2);
  });

  test.each(['val', 'VALID', 'Validation'])('brings a validation split in %s', async (name) => {
    const image = (red: number) => pngBytes({ colour: [red, 0, 0] });
    const path = await imageFolder({
      ...tinyImageFiles(),
      [`${name}/cat/h.png`]: image(7),
      [`${name}/cat/i.png`]: image(8),
    });
    const source = await openFolder(path);
    const { validation } = source;
    if (validation === undefined) throw new Error('The folder brings a validation split.');
    expect([source.training.count, source.test.count, [...validation.labels]]).toEqual([4, 2, [0, 0]]);
    expect(firstPixels(validation)).toEqual([
      [7, 0, 0],
      [8, 0, 0],
    ]);
    expect(await describeDataSource(located({ kind: 'image-folder', path }))).toMatchObject({ test: 2, validation: 2 });
    // The training and test images are those of the folder without a validation split.
    const without = await openFolder(await imageFolder(tinyImageFiles()));
    expect([bytesOf(source.training), bytesOf(source.test)]).toEqual([
      bytesOf(without.training),
      bytesOf(without.test),
    ]);
  });

  test('is tested on its validation split where it has no other', async () => {
    const renamed = Object.entries(tinyImageFiles()).map(([name, bytes]) => [
      name.replace('test/', 'Valid/').replace('train/', 'TRAIN/'),
      bytes,
    ]);
    const { test: tested, validation } = await openFolder(await imageFolder(Object.fromEntries(renamed)));
    expect([[...tested.labels], validation]).toEqual([[0, 1], undefined]);
  });

  test('refuses a validation split that is there twice', async () => {
    const twice = { 'Val/cat/a.png': pngBytes({ colour: 5 }), 'VAL/cat/a.png': pngBytes({ colour: 5 }) };
    const { message } = await rejection(openFolder(await imageFolder({ ...tinyImageFiles(), ...twice })));
    expect(message).toContain('VAL and Val');
  });

  test("may be Tiny-ImageNet's, labelled by its annotations", async () => {
    const image = (red: number) => pngBytes({ colour: [red, 0, 0] });
    const path = await imageFolder({
      'train/n02/images/n02_0.JPEG': image(1),
      'train/n02/n02_boxes.txt': 'n02_0.JPEG\t0\t0\t62\t62\n',
      'train/n01/images/n01_0.JPEG': image(2),
      'val/images/val_0.JPEG': image(3),
      'val/images/val_1.JPEG': image(4),
      'val/val_annotations.txt': 'val_0.JPEG\tn02\t0\t0\t62\t62\nval_1.JPEG\tn01\t0\t0\t62\t62\n',
      'test/images/test_0.JPEG': image(5),
    });
    const { training, test: tested, classNames } = await openFolder(path);
    expect(classNames).toEqual(['n01', 'n02']);
    expect(firstPixels(training).map(([red]) => red)).toEqual([2, 1]);
    expect([[...tested.labels], firstPixels(tested).map(([red]) => red)]).toEqual([
      [0, 1],
      [4, 3],
    ]);
  });

  test('of grey images alone has one channel, else three', async () => {
    const grey = { 'train/a/1.png': pngBytes({ colour: 5 }), 'train/b/2.png': pngBytes({ colour: 6 }) };
    const tested = { 'test/a/3.png': pngBytes({ colour: 7 }) };
    expect(firstPixels((await openFolder(await imageFolder({ ...grey, ...tested }))).training)).toEqual([[5], [6]]);
    const coloured = { 'test/a/3.png': pngBytes({ colour: [7, 8, 9] }) };
    const mixed = await openFolder(await imageFolder({ ...grey, ...coloured }));
    expect(firstPixels(mixed.training)).toEqual([
      [5, 5, 5],
      [6, 6, 6],
    ]);
    expect(firstPixels(mixed.test)).toEqual([[7, 8, 9]]);
  });

  test('of many sizes needs one, to which it is resized and cropped', async () => {
    const odd = { 'test/cat/e.png': pngBytes({ height: 9, width: 5, colour: [4, 0, 0] }) };
    const path = await imageFolder({ ...tinyImageFiles(), ...odd });
    const { code, message } = await rejection(openFolder(path));
    expect(code).toBe('corrupt');
    expect(message).toBe(
      `The images of ${path} have 2 sizes, from 4 × 4 to 9 × 5: give a "size" to which all are resized and cropped.`,
    );
    expect((await openFolder(path, 6)).test).toMatchObject({ count: 3, height: 6, width: 6 });
  });

  test('is decoded once, and again when a file has changed', async () => {
    const path = await imageFolder(tinyImageFiles());
    await openFolder(path);
    const [first] = await prepared();
    const { ino } = await stat(join(cache, 'images', first, 'pixels'));
    await openFolder(path);
    expect((await stat(join(cache, 'images', first, 'pixels'))).ino).toBe(ino);
    await utimes(join(path, 'train/cat/a.png'), 1, 1);
    await openFolder(path);
    const [second, ...more] = await prepared();
    expect([second === first, more]).toEqual([false, []]);
    await openFolder(path, 6);
    expect(await prepared()).toHaveLength(2);
  });

  test('is decoded again where the cache was emptied or its file cut', async () => {
    const path = await imageFolder(tinyImageFiles());
    const known = bytesOf((await openFolder(path)).training);
    const [name] = await prepared();
    await utimes(join(cache, 'images', name, 'pixels'), 1, 1);
    expect(bytesOf((await openFolder(path)).training)).toEqual(known);
    await rm(join(cache, 'images'), { recursive: true });
    expect(bytesOf((await openFolder(path)).training)).toEqual(known);
  });

  test('above the memory budget stays on disk, with the same bytes', async () => {
    const path = await imageFolder(tinyImageFiles());
    const known = await openFolder(path);
    vi.stubEnv('FREEZEOUT_LAB_MEMORY', '100');
    const { training, test: tested } = await openFolder(path);
    expect([known.training, training].map(({ pixels }) => pixels.stored.kind)).toEqual(['memory', 'file']);
    expect([bytesOf(training), bytesOf(tested)]).toEqual([bytesOf(known.training), bytesOf(known.test)]);
    for (const { pixels } of [training, tested]) pixels.close();
  });
});

describe('an image folder that is refused', () => {
  const whole = tinyImageFiles();
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(whole).filter(([name]) => !names.includes(name)));
  const tests = ['test/cat/d.png', 'test/dog/y.png'];

  test.each<[string, Record<string, Uint8Array | string>, string, string]>([
    ['without train', { 'test/cat/d.png': whole['test/cat/d.png'] }, '', 'holds no folder train'],
    ['without test and val', without(...tests), '', 'holds no folder test or val'],
    [
      'of one class',
      without('train/dog/z.png'),
      'train',
      'has only one class folder: put the images of each class into train/<class>',
    ],
    ['of empty classes', { 'train/cat/notes.txt': 'x', 'train/dog/notes.txt': 'x' }, 'train', 'holds no image'],
    [
      'with a test class that is not trained',
      { ...whole, 'test/cow/a.png': whole['train/cat/a.png'] },
      'test',
      'has a class folder that train does not have: cow.',
    ],
    ['without a test image', { ...without(...tests), 'test/notes.txt': 'x' }, 'test', 'holds no image to test on'],
    [
      'with a damaged image',
      { ...whole, 'train/cat/c.png': 'no image' },
      'train/cat/c.png',
      'is not a PNG, JPEG, WebP, BMP, TIFF, GIF or PPM image',
    ],
    [
      'annotated with another class',
      { ...whole, 'val/val_annotations.txt': 'a.png\tcow\n' },
      'val/val_annotations.txt',
      'the class cow',
    ],
    [
      'annotated with a lost image',
      { ...whole, 'val/val_annotations.txt': 'a.png\tcat\n' },
      'val/val_annotations.txt',
      'does not hold in images',
    ],
    [
      'annotated with an image elsewhere',
      { ...whole, 'val/val_annotations.txt': '../../train/cat/a.png\tcat\n', 'val/images/b.png': '' },
      'val/val_annotations.txt',
      'names ../../train/cat/a.png, which',
    ],
    [
      'annotated with one image twice',
      { ...whole, 'val/val_annotations.txt': 'b.png\tcat\nb.png\tcat\n', 'val/images/b.png': '' },
      'val/val_annotations.txt',
      'names b.png twice',
    ],
    ['annotated with none', { ...whole, 'val/val_annotations.txt': '\n' }, 'val/val_annotations.txt', 'names no image'],
  ])('%s says so', async (_, files, place, problem) => {
    const path = await imageFolder(files);
    const { message } = await rejection(openFolder(path));
    expect(message).toContain(problem);
    expect(message).toContain(join(path, place));
    expect(await prepared().catch(() => [])).toEqual([]);
  });

  test('as a file or where there is none', async () => {
    const path = await imageFolder(tinyImageFiles());
    expect((await rejection(openFolder(join(path, 'train/cat/a.png')))).message).toContain(
      'is a file: give the folder',
    );
    expect((await rejection(openFolder(join(path, 'gone')))).message).toContain('does not exist');
  });
});
