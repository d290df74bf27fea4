import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { describeDataSource, openDataSource } from '../../../../src-main/datasets/open-data-source.ts';
import { npyBytes, npzBytes, type TinyArray, tinyArrays, zipBytes } from '../../../datasets/npz-bytes.ts';
import { located, rejection, temporaryFolder } from '../../../datasets/tiny-files.ts';
import { bytesOf } from '../../../support/pixel-bytes.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/npz/${name}.npz`, import.meta.url));

async function npzFile(bytes: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), 'images.npz');
  await writeFile(path, bytes);
  return path;
}

const openNpz = (path: string) => openDataSource(located({ kind: 'npz', path }));

describe('NPZ files', () => {
  test.each(['stored', 'deflated'])('as NumPy writes them, %s, give images and labels', async (name) => {
    const { training, test: tested } = await openNpz(fixture(name));
    expect(training).toMatchObject({ count: 3, height: 2, width: 3, channels: 3, classes: 3 });
    expect([...bytesOf(training)]).toEqual([...Array(54).keys()]);
    expect([...bytesOf(tested)]).toEqual(Array.from({ length: 36 }, (_, index) => 200 - index));
    expect([...training.labels]).toEqual([2, 0, 1]);
    expect([...tested.labels]).toEqual([1, 2]);
    expect(await describeDataSource(located({ kind: 'npz', path: fixture(name) }))).toEqual({
      ...{ training: 3, test: 2, validation: 0, height: 2, width: 3, channels: 3, classes: 3 },
    });
  });

  test.each(['stored', 'deflated'])('above the memory budget stay on disk, %s, with the same bytes', async (name) => {
    const [known, cache] = [await openNpz(fixture(name)), await temporaryFolder()];
    vi.stubEnv('FREEZEOUT_LAB_MEMORY', '10');
    vi.stubEnv('FREEZEOUT_LAB_CACHE', cache);
    const { training, test: tested } = await openNpz(fixture(name));
    expect(training.pixels.stored.kind).toBe('file');
    expect(bytesOf(training)).toEqual(bytesOf(known.training));
    expect(bytesOf(tested)).toEqual(bytesOf(known.test));
    for (const { pixels } of [training, tested]) pixels.close();
    vi.unstubAllEnvs();
  });

  test.each([
    ['|i1', Uint8Array.of(2, 1)],
    ['<i2', Uint8Array.of(2, 0, 1, 0)],
    ['>u2', Uint8Array.of(0, 2, 0, 1)],
    ['<u4', Uint8Array.of(2, 0, 0, 0, 1, 0, 0, 0)],
    ['>i4', Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 1)],
    ['<u8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)],
    ['>i8', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1)],
  ])('take labels of type %s', async (type, values) => {
    const arrays = { ...tinyArrays(), y_train: { type, shape: [2], values } };
    expect([...(await openNpz(await npzFile(npzBytes(arrays)))).training.labels]).toEqual([2, 1]);
  });
});

describe('an NPZ file that is refused', () => {
  const array = (type: string, shape: readonly number[], bytes: number): TinyArray => ({
    ...{ type, shape, values: new Uint8Array(bytes) },
  });

  test.each<[string, string, TinyArray, string]>([
    ['floats', 'x_train', array('<f4', [2, 2, 2], 32), 'values of type <f4, but pixels are bytes from 0 to 255'],
    ['signed pixels', 'x_train', array('<i8', [2, 2, 2], 64), 'save x.astype(np.uint8)'],
    ['flat images', 'x_train', array('|u1', [2, 4], 8), 'the shape 2 x 4: images are count x height x width'],
    ['channels first', 'x_train', array('|u1', [1, 3, 2, 2], 12), 'the shape 1 x 3 x 2 x 2'],
    ['no image', 'x_test', array('|u1', [0, 2, 2], 0), 'the shape 0 x 2 x 2'],
    [
      'another size for testing',
      'x_test',
      array('|u1', [1, 2, 3], 6),
      'mixes image sizes: 2x2x1 for training and 2x3x1',
    ],
    ['float labels', 'y_train', array('<f8', [2], 16), 'labels are whole numbers'],
    ['one-hot labels', 'y_train', array('|u1', [2, 10], 20), 'labels are one number per image'],
    ['too few labels', 'y_train', array('|u1', [1], 1), 'has 1 labels, but'],
    ['a negative label', 'y_train', { type: '|i1', shape: [2], values: Uint8Array.of(0, 255) }, 'image 1 the label -1'],
    ["Fortran's order", 'x_train', { ...array('|u1', [2, 2, 2], 8), isFortranOrder: true }, 'np.ascontiguousarray'],
    ['less than its header says', 'x_train', array('|u1', [2, 2, 2], 7), 'promises 2 x 2 x 2 values of type |u1'],
  ])('for %s says so', async (_, name, broken, problem) => {
    const path = await npzFile(npzBytes({ ...tinyArrays(), [name]: broken }));
    const { message } = await rejection(openNpz(path));
    expect(message).toContain(problem);
    expect(message).toContain(path);
  });

  test('for a missing array names those that are there', async () => {
    const { y_test: _, ...arrays } = tinyArrays();
    const { code, message } = await rejection(openNpz(await npzFile(npzBytes(arrays))));
    expect(code).toBe('not-found');
    expect(message).toContain('holds no array y_test');
    expect(message).toContain('it has x_train, y_train, x_test.');
  });

  test('for a cut, an emptied and a foreign file', async () => {
    const whole = npzBytes(tinyArrays());
    for (const bytes of [whole.subarray(0, whole.length / 2), Buffer.alloc(0), Buffer.from('no zip file at all')]) {
      const { code, message } = await rejection(openNpz(await npzFile(bytes)));
      expect(code).toBe('corrupt');
      expect(message).toContain('is not an intact .npz file');
    }
  });

  test('for a member that is no array, has a cut header or unpacks to rubbish', async () => {
    const members = Object.entries(tinyArrays()).map(([name, value]) => [`${name}.npy`, npyBytes(value)]);
    const others = Object.fromEntries(members) as Record<string, Buffer>;
    const first = (bytes: Uint8Array) => zipBytes({ ...others, 'x_train.npy': bytes });
    const cut = others['x_train.npy'].subarray(0, 30);
    expect((await rejection(openNpz(await npzFile(first(Buffer.alloc(40)))))).message).toContain('is not a .npy array');
    expect((await rejection(openNpz(await npzFile(first(cut))))).message).toContain('ends inside its header');
    const packed = npzBytes(tinyArrays(), true);
    packed.fill(255, 45, 80);
    expect((await rejection(openNpz(await npzFile(packed)))).message).toContain('cannot be unpacked');
  });
});
