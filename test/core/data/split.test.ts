import { describe, expect, test } from 'vitest';
import { countClasses } from '#core/data/balanced-order.ts';
import type { DataSource, ImageSet } from '#core/data/image-set.ts';
import { MemoryPixels } from '#core/data/pixels.ts';
import { splitCounts, splitData } from '#core/data/split.ts';
import { bytesOf } from '../../support/pixel-bytes.ts';

/** 1x1 images whose only pixel and label are their number. */
function numbered(count: number): ImageSet {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const pixels = new MemoryPixels(Uint8Array.from(numbers));
  return { count, height: 1, width: 1, channels: 1, classes: 256, pixels, labels: Int32Array.from(numbers) };
}

const source: DataSource = { training: numbered(24), test: numbered(6) };

describe('splitData', () => {
  test('trains on the first images and holds out the last ones', () => {
    const {
      train,
      validation,
      test: tested,
    } = splitData(source, { train: 5, validation: 3, test: 2, split: 'in-order' });
    expect([...bytesOf(train)]).toEqual([0, 1, 2, 3, 4]);
    expect([...bytesOf(validation)]).toEqual([21, 22, 23]);
    expect([...validation.labels]).toEqual([21, 22, 23]);
    expect([...bytesOf(tested)]).toEqual([0, 1]);
    expect([train.count, validation.count, tested.count]).toEqual([5, 3, 2]);
  });

  test('shares the memory of the source', () => {
    expect(bytesOf(splitData(source, { split: 'in-order' }).train).buffer).toBe(bytesOf(source.training).buffer);
  });
});

describe('splitData by class', () => {
  /** Sorted: 12 images of class 0, 8 of class 1, 4 of class 2; the pixel is the number of the image. */
  const labels = Int32Array.from({ length: 24 }, (_, index) => (index < 12 ? 0 : index < 20 ? 1 : 2));
  const sorted: DataSource = { training: { ...numbered(24), classes: 3, labels }, test: numbered(6) };

  test('gives each part its share of every class', () => {
    const { train, validation } = splitData(sorted, { train: 12, validation: 6, split: 'by-class' });
    expect([countClasses(train.labels, 3), countClasses(validation.labels, 3)]).toEqual([
      [6, 4, 2],
      [3, 2, 1],
    ]);
    expect([...train.labels]).toEqual([...bytesOf(train)].map((image) => labels[image]));
    // The last images of each class, of which none is trained on.
    expect([...bytesOf(validation)].toSorted((one, other) => one - other)).toEqual([9, 10, 11, 18, 19, 23]);
  });

  test('leaves files alone that are taken whole', () => {
    const { train, test: tested } = splitData(sorted, { validation: 0, split: 'by-class' });
    expect([[...bytesOf(train)], [...bytesOf(tested)]]).toEqual([
      [...bytesOf(sorted.training)],
      [...bytesOf(sorted.test)],
    ]);
  });

  test('takes the same images as in order where the classes come in turn', () => {
    const inTurn = Int32Array.from({ length: 24 }, (_, index) => index % 4);
    const turns: DataSource = { training: { ...numbered(24), classes: 4, labels: inTurn }, test: numbered(6) };
    for (const counts of [{}, { train: 5, validation: 3 }, { train: 9, test: 4 }]) {
      const [one, other] = (['in-order', 'by-class'] as const).map((split) => splitData(turns, { ...counts, split }));
      for (const part of ['train', 'validation', 'test'] as const) {
        expect(bytesOf(one[part])).toEqual(bytesOf(other[part]));
        expect(one[part].labels).toEqual(other[part].labels);
      }
    }
  });
});

describe('splitData with a given validation split', () => {
  const given: DataSource = { ...source, validation: numbered(8) };

  test('trains on the whole training file and validates on the split', () => {
    const { train, validation, test: tested } = splitData(given, { split: 'given' });
    expect([train.count, [...bytesOf(validation)], tested.count]).toEqual([24, [0, 1, 2, 3, 4, 5, 6, 7], 6]);
  });

  test('takes fewer by class', () => {
    const labels = Int32Array.from([0, 0, 0, 0, 1, 1, 1, 1]);
    const grouped: DataSource = { ...source, validation: { ...numbered(8), classes: 2, labels } };
    const { validation } = splitData(grouped, { validation: 2, split: 'given' });
    expect([[...validation.labels], [...bytesOf(validation)]]).toEqual([
      [0, 1],
      [0, 4],
    ]);
  });

  test('leaves it unused in order', () => {
    const { validation } = splitData(given, { validation: 3, split: 'in-order' });
    expect([...bytesOf(validation)]).toEqual([21, 22, 23]);
  });
});

describe('splitCounts', () => {
  test.each([
    [{ training: 60_000, test: 10_000, validation: 0 }, {}, { train: 55_000, validation: 5000, test: 10_000 }],
    [{ training: 1200, test: 10, validation: 0 }, {}, { train: 1080, validation: 120, test: 10 }],
    [{ training: 9, test: 10, validation: 0 }, {}, { train: 9, validation: 0, test: 10 }],
    [
      { training: 60_000, test: 10_000, validation: 0 },
      { validation: 0 },
      { train: 60_000, validation: 0, test: 10_000 },
    ],
    [
      { training: 1200, test: 10, validation: 0 },
      { train: 50, test: 5 },
      { train: 50, validation: 120, test: 5 },
    ],
  ])('of files %o and request %o are %o', (files, requested, expected) => {
    expect(splitCounts(files, requested)).toEqual(expected);
  });

  test.each([
    [{}, { train: 24, validation: 8, test: 6 }],
    [{ validation: 0 }, { train: 24, validation: 0, test: 6 }],
    [
      { train: 10, validation: 5 },
      { train: 10, validation: 5, test: 6 },
    ],
    [{ split: 'by-class' as const }, { train: 22, validation: 2, test: 6 }],
  ])('of files with a validation split and request %o are %o', (requested, expected) => {
    expect(splitCounts({ training: 24, test: 6, validation: 8 }, requested)).toEqual(expected);
  });

  test.each([
    [8, { validation: 9 }, '"validation" is 9, but the validation split that the data bring has 8 images; lower it.'],
    [8, { train: 25 }, '"train" is 25, but the training file has 24 images; lower it.'],
    [0, { split: 'given' as const }, '"split" is "given", but the data bring no validation split'],
  ])('of a validation split of %i images refuse %o', (validation, requested, message) => {
    expect(() => splitCounts({ training: 24, test: 6, validation }, requested)).toThrow(message);
  });

  test.each([
    [{ train: 25 }, '"train" 25 and "validation" 0 need 25 images, but the training file has 24; lower one of them.'],
    [{ train: 20, validation: 5 }, '"train" 20 and "validation" 5 need 25 images'],
    [{ validation: 24 }, '"train" 1 and "validation" 24 need 25 images'],
    [{ test: 7 }, '"test" is 7, but the test file has 6 images; lower it.'],
    [{ train: 0 }, '"train" is 0; it must be a whole number of at least 1.'],
    [{ validation: -1 }, '"validation" is -1; it must be a whole number of at least 0.'],
    [{ test: 1.5 }, '"test" is 1.5'],
  ])('refuses %o', (requested, message) => {
    expect(() => splitCounts({ training: 24, test: 6, validation: 0 }, requested)).toThrow(message);
  });
});
