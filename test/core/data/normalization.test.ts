import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ImageSet } from '#core/data/image-set.ts';
import { normalization, normalizedValues } from '#core/data/normalization.ts';
import { MemoryPixels } from '#core/data/pixels.ts';

/** Images of one row, as wide as the pixels go. */
function strip(pixels: readonly number[], channels: number): ImageSet {
  const width = pixels.length / channels;
  return {
    count: 1,
    height: 1,
    width,
    channels,
    classes: 1,
    pixels: new MemoryPixels(Uint8Array.from(pixels)),
    labels: new Int32Array(1),
  };
}

describe('normalization', () => {
  test('is the mean and the population deviation of each channel', () => {
    // Channel 0: 0, 255 -> 0, 1: mean 1/2, deviation 1/2. Channel 1: 51, 153 -> 0.2, 0.6: mean 0.4, deviation 0.2.
    const { mean, std } = normalization(strip([0, 51, 255, 153], 2));
    expect(mean).toEqual([0.5, 0.4]);
    expect(std[0]).toBeCloseTo(0.5, 14);
    expect(std[1]).toBeCloseTo(0.2, 14);
  });

  test('a constant channel has the deviation 1', () => {
    const { mean, std } = normalization(strip([7, 7, 7, 7], 1));
    expect(mean[0]).toBeCloseTo(7 / 255, 15);
    expect(std).toEqual([1]);
  });

  test('refuses an empty set', () => {
    const empty = {
      ...strip([0], 1),
      count: 0,
      pixels: new MemoryPixels(new Uint8Array(0)),
      labels: new Int32Array(0),
    };
    expect(() => normalization(empty)).toThrow('at least one training image');
  });

  test('the normalised pixels have mean 0 and deviation 1', () => {
    const pixels = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(
        pixels.filter((values) => new Set(values).size > 1),
        (values) => {
          const table = normalizedValues(normalization(strip(values, 1)));
          const normalized = values.map((value) => table[value]);
          const mean = normalized.reduce((sum, value) => sum + value, 0) / values.length;
          const power = normalized.reduce((sum, value) => sum + value * value, 0) / values.length;
          expect(mean).toBeCloseTo(0, 5);
          expect(power).toBeCloseTo(1, 5);
        },
      ),
    );
  });
});

describe('normalizedValues', () => {
  test('holds (v / 255 - mean) / std by pixel value and channel', () => {
    const table = normalizedValues({ mean: [0.5, 0.25], std: [0.5, 2] });
    expect(table.length).toBe(512);
    expect([table[0], table[1]]).toEqual([-1, -0.125]);
    expect([table[510], table[511]]).toEqual([1, 0.375]);
  });
});
