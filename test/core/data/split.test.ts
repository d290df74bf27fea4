import { describe, expect, test } from 'vitest';
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
    const { train, validation, test: tested } = splitData(source, { train: 5, validation: 3, test: 2 });
    expect([...bytesOf(train)]).toEqual([0, 1, 2, 3, 4]);
    expect([...bytesOf(validation)]).toEqual([21, 22, 23]);
    expect([...validation.labels]).toEqual([21, 22, 23]);
    expect([...bytesOf(tested)]).toEqual([0, 1]);
    expect([train.count, validation.count, tested.count]).toEqual([5, 3, 2]);
  });

  test('shares the memory of the source', () => {
    expect(bytesOf(splitData(source, {}).train).buffer).toBe(bytesOf(source.training).buffer);
  });
});

describe('splitCounts', () => {
  test.each([
    [{ training: 60_000, test: 10_000 }, {}, { train: 55_000, validation: 5000, test: 10_000 }],
    [{ training: 1200, test: 10 }, {}, { train: 1080, validation: 120, test: 10 }],
    [{ training: 9, test: 10 }, {}, { train: 9, validation: 0, test: 10 }],
    [{ training: 60_000, test: 10_000 }, { validation: 0 }, { train: 60_000, validation: 0, test: 10_000 }],
    [
      { training: 1200, test: 10 },
      { train: 50, test: 5 },
      { train: 50, validation: 120, test: 5 },
    ],
  ])('of files %o and request %o are %o', (files, requested, expected) => {
    expect(splitCounts(files, requested)).toEqual(expected);
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
    expect(() => splitCounts({ training: 24, test: 6 }, requested)).toThrow(message);
  });
});
