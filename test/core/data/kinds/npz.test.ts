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

test.each([5, 47_664, 0xffff_fffe])('whose directory leads to byte %i are refused by name', async (offset) => {
  const bytes = Buffer.from(npzBytes(tinyArrays()));
  bytes.writeUInt32LE(offset, bytes.indexOf('PK\x01\x02', 'latin1') + 42);
  const path = await npzFile(bytes);
  const { code, message } = await rejection(openNpz(path));
  expect(code).toBe('corrupt');
  expect(message).toMatch(/^.+images\.npz( \(.+\.npy\))? (cannot be unpacked|is not an intact npz file) \(.+\)\.$/);
});

/** The bytes of NumPy's array of these values. */
function valuesOf(type: string, values: readonly number[]): Uint8Array {
  const bytes = Number(type.slice(2));
  const view = new DataView(new ArrayBuffer(bytes * values.length));
  const writers: Readonly<Record<string, (value: number, place: number) => void>> = {
    '<f4': (value, place) => view.setFloat32(place, value, true),
    '<f8': (value, place) => view.setFloat64(place, value, true),
    '<u2': (value, place) => view.setUint16(place, value, true),
    '>u2': (value, place) => view.setUint16(place, value),
    '<f2': (value, place) => view.setUint16(place, value, true),
    '<i4': (value, place) => view.setInt32(place, value, true),
    '<i8': (value, place) => view.setBigInt64(place, BigInt(value), true),
    '|i1': (value, place) => view.setInt8(place, value),
    '|b1': (value, place) => view.setUint8(place, value),
  };
  for (const [index, value] of values.entries()) writers[type](value, index * bytes);
  return new Uint8Array(view.buffer);
}

/** The bytes of NumPy's array of words, as `<U` and a length. */
function wordsOf(words: readonly string[], letters: number): TinyArray {
  const bytes = Buffer.alloc(4 * letters * words.length);
  for (const [index, word] of words.entries()) {
    for (const [place, letter] of Array.from(word).entries()) {
      bytes.writeUInt32LE(letter.codePointAt(0) ?? 0, 4 * (index * letters + place));
    }
  }
  return { type: `<U${letters}`, shape: [words.length], values: bytes };
}

describe('labels in an NPZ file', () => {
  const opened = async (arrays: Readonly<Record<string, TinyArray>>) => {
    const path = await npzFile(npzBytes({ ...tinyArrays(), ...arrays }));
    const { training, test: tested, classNames } = await openNpz(path);
    expect(await describeDataSource(located({ kind: 'npz', path }))).toMatchObject({ classes: training.classes });
    return { labels: [...training.labels], tested: [...tested.labels], classes: training.classes, classNames };
  };

  test.each(['|b1', '<f4', '<f8', '<i8'])('may be rows with a single 1, of type %s', async (type) => {
    const y_train = { type, shape: [2, 4], values: valuesOf(type, [0, 0, 1, 0, 1, 0, 0, 0]) };
    expect(await opened({ y_train })).toEqual({ labels: [2, 0], tested: [1], classes: 4 });
    // np.asfortranarray of the same
    const columns = { type, shape: [2, 4], values: valuesOf(type, [0, 1, 0, 0, 1, 0, 0, 0]), isFortranOrder: true };
    expect(await opened({ y_train: columns })).toEqual({ labels: [2, 0], tested: [1], classes: 4 });
  });

  test('may be truth values, or a column', async () => {
    const y_train = { type: '|b1', shape: [2], values: Uint8Array.of(1, 0) };
    expect(await opened({ y_train })).toMatchObject({ labels: [1, 0], classes: 2 });
    const column = { type: '|u1', shape: [2, 1], values: Uint8Array.of(3, 0) };
    expect(await opened({ y_train: column })).toMatchObject({ labels: [3, 0], classes: 4 });
  });

  test('may be words, whose classes are in the order of np.unique', async () => {
    const arrays = { y_train: wordsOf(['zebra', '\u{1F431}'], 5), y_test: wordsOf(['\uFF21rger'], 6) };
    expect(await opened(arrays)).toEqual({
      // np.unique(['zebra', '\U0001F431', '\uFF21rger']) of NumPy 2.4.6
      ...{ labels: [0, 2], tested: [1], classes: 3, classNames: ['zebra', '\uFF21rger', '\u{1F431}'] },
    });
    const bytes = { type: '|S3', shape: [2], values: Buffer.from('dogcat') };
    const other = { type: '|S4', shape: [1], values: Buffer.from('dog\0') };
    expect(await opened({ y_train: bytes, y_test: other })).toEqual({
      ...{ labels: [1, 0], tested: [1], classes: 2, classNames: ['cat', 'dog'] },
    });
  });

  test('that begin at 1 leave class 0 unused, as in version 0.1.0', async () => {
    const y_train = { type: '|u1', shape: [2], values: Uint8Array.of(1, 10) };
    expect(await opened({ y_train })).toMatchObject({ labels: [1, 10], classes: 11 });
  });
});

describe('images in an NPZ file', () => {
  test('may have their channels in front: np.arange(24).reshape(2, 3, 2, 2).transpose(0, 2, 3, 1)', async () => {
    const x_train = { type: '|u1', shape: [2, 3, 2, 2], values: Uint8Array.from([...Array(24).keys()]) };
    const x_test = { type: '|u1', shape: [1, 2, 2, 3], values: Uint8Array.from([...Array(12).keys()]) };
    for (const isPacked of [false, true]) {
      const { training } = await openNpz(await npzFile(npzBytes({ ...tinyArrays(), x_train, x_test }, isPacked)));
      expect(training).toMatchObject({ count: 2, height: 2, width: 2, channels: 3 });
      expect([...bytesOf(training)]).toEqual([
        ...[0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11],
        ...[12, 16, 20, 13, 17, 21, 14, 18, 22, 15, 19, 23],
      ]);
    }
  });

  test.each<[string, readonly number[], string]>([
    ['<f4', [0, 0.5, 1, 1], 'these go from 0 to 1; save (x * 255).round().astype(np.uint8), where 1 is white'],
    ['<f8', [-1, 0.5, 1, 1], 'these go from -1 to 1; save ((x + 1) * 127.5).round()'],
    ['<f4', [0, 12.5, 254, 3], 'these go from 0 to 254; save x.round().astype(np.uint8)'],
    ['<f8', [-2.5, 0, 3, 1], 'with the same low and high for all arrays, such as -2.500 and 3'],
    ['<f8', [0, Number.NaN, 3, 1], 'some are infinite or not a number'],
    // np.float16([0, 0.5, 1, 0.25]).view(np.uint16)
    ['<f2', [0, 14_336, 15_360, 13_312], 'these go from 0 to 1; save (x * 255)'],
    ['<i8', [0, 7, 255, 9], 'these go from 0 to 255; save x.astype(np.uint8), which keeps them all'],
    ['|i1', [-128, 7, 127, 9], 'save (x.astype(np.int16) + 128).astype(np.uint8)'],
    ['<u2', [0, 7, 63_800, 9], 'save (x / 257).round().astype(np.uint8), where 65535 is white'],
    ['>u2', [0, 7, 4000, 9], 'would keep the last 8 bits of each; save (x * (255 / 4095)).round()'],
    ['<i4', [-500, 7, 70_000, 9], 'low).clip(0, high - low) * (255 / (high - low))).round()'],
    ['|b1', [0, 1, 1, 0], 'these are truth values; save x.astype(np.uint8) * 255'],
  ])('of type %s with the values %j get advice that wraps none of them', async (type, values, advice) => {
    const x_train = { type, shape: [1, 2, 2], values: valuesOf(type, values) };
    const { code, message } = await rejection(openNpz(await npzFile(npzBytes({ ...tinyArrays(), x_train }))));
    expect(code).toBe('bad-request');
    expect(message).toContain(advice);
  });
});

describe('the arrays of an NPZ file', () => {
  const { x_train, y_train, x_test, y_test } = tinyArrays();

  test("may have MedMNIST's names, with a validation split of its own", async () => {
    const arrays = {
      ...{ train_images: x_train, train_labels: { ...y_train, shape: [2, 1] } },
      ...{ val_images: { ...x_test, values: Uint8Array.of(5, 6, 7, 8) }, val_labels: { ...y_test, shape: [1, 1] } },
      ...{ test_images: x_test, test_labels: { ...y_test, shape: [1, 1] } },
    };
    const path = await npzFile(npzBytes(arrays));
    const { training, validation, test: tested } = await openNpz(path);
    expect([training.count, validation?.count, tested.count]).toEqual([2, 1, 1]);
    expect(validation === undefined ? [] : [...bytesOf(validation)]).toEqual([5, 6, 7, 8]);
    expect(await describeDataSource(located({ kind: 'npz', path }))).toEqual({
      ...{ training: 2, validation: 1, test: 1, height: 2, width: 2, channels: 1, classes: 2 },
    });
  });

  test.each([
    [['x_train', 'y_train', 'x_test', 'y_test', 'x_val', 'y_val'], 1],
    [['X_train', 'Y_train', 'X_test', 'Y_test', 'X_valid', 'Y_valid'], 1],
    [['images_train', 'labels_train', 'images_test', 'labels_test', 'images_validation', 'labels_validation'], 1],
    [['trainX', 'trainY', 'testX', 'testY', 'valX', 'valY'], 1],
    // Images without labels cannot be validated on.
    [['x_train', 'y_train', 'x_test', 'y_test', 'x_val', 'notes'], undefined],
  ])('may be named %j', async (names, validated) => {
    const stored = [x_train, y_train, x_test, y_test, x_test, y_test];
    const arrays = Object.fromEntries(names.map((name, index) => [name, stored[index]]));
    const { training, validation } = await openNpz(await npzFile(npzBytes(arrays)));
    expect([training.count, validation?.count]).toEqual([2, validated]);
  });

  test('that could be the same thing are told', async () => {
    const { x_train: _, ...others } = tinyArrays();
    const { message } = await rejection(
      openNpz(await npzFile(npzBytes({ ...others, X_train: x_train, train_x: x_train }))),
    );
    expect(message).toContain('holds X_train and train_x: only one of them can be the training images.');
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
    ['four channels', 'x_train', array('|u1', [1, 2, 2, 4], 16), 'save x[..., :3], which drops the transparency'],
    ['the count at the end', 'x_train', array('|u1', [2, 2, 3, 5], 60), 'save x.transpose(3, 0, 1, 2)'],
    ['flat grey images', 'x_train', array('|u1', [2, 784], 1568), 'save x.reshape(-1, 28, 28)'],
    ['flat images in colour', 'x_train', array('|u1', [2, 3072], 6144), 'save x.reshape(-1, 3, 32, 32) if'],
    ['Python objects', 'x_train', array('|O', [2], 40), 'these are Python objects, perhaps images of several sizes'],
    ['no image', 'x_test', array('|u1', [0, 2, 2], 0), 'the shape 0 x 2 x 2'],
    [
      'another size for testing',
      'x_test',
      array('|u1', [1, 2, 3], 6),
      'mixes image sizes: 2x2x1 for training and 2x3x1',
    ],
    ['float labels', 'y_train', array('<f8', [2], 16), 'labels are whole numbers'],
    [
      'no class in a row',
      'y_train',
      array('|u1', [2, 10], 20),
      'gives image 0 0 classes: labels are one number per image',
    ],
    [
      'several classes in a row',
      'y_train',
      { type: '|u1', shape: [2, 2], values: Uint8Array.of(0, 1, 1, 1) },
      'image 1 2 classes',
    ],
    ['labels that are objects', 'y_train', array('|O', [2], 40), 'save y.astype(str) if they are words'],
    [
      'labels that are dates',
      'y_train',
      array('<M8[D]', [2], 16),
      'values of type <M8[D], but labels are whole numbers or words',
    ],
    ['words next to numbers', 'y_train', array('<U1', [2], 8), 'must both be words or both be numbers'],
    ['one class', 'y_train', { type: '|u1', shape: [2], values: Uint8Array.of(1, 1) }, 'name one class only, 1'],
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
