import { describe, expect, it } from 'vitest';
import type { DatasetRecord } from '#core/records.ts';
import { balance, countedParts, imageShape } from '../../../src-renderer/lib/dataset-words.ts';
import { rgbaPixels } from '../../../src-renderer/lib/image-pixels.ts';

const FASHION: DatasetRecord = {
  name: 'fashion-mnist',
  location: { kind: 'idx', path: '/data', classes: 10 },
  training: 60_000,
  test: 10_000,
  height: 28,
  width: 28,
  channels: 1,
  classes: 10,
  sha256: null,
};

describe('data sets in words', () => {
  it('describes shapes and classes', () => {
    expect(imageShape(FASHION)).toBe('28 × 28, grey');
    expect(imageShape({ height: 32, width: 32, channels: 3 })).toBe('32 × 32, RGB');
    expect(balance({ training: [6000, 6000], validation: null, test: [10, 12] })).toBe(
      '6\u202f000 training and 10 to 12 test images of each class',
    );
  });

  it('tells of the validation split that data bring', () => {
    const counts = { training: [6, 6], validation: [2, 3], test: [1, 1] };
    expect(countedParts(counts).map(({ part }) => part)).toEqual(['training', 'validation', 'test']);
    expect(balance(counts)).toBe('6 training, 2 to 3 validation and 1 test images of each class');
  });
});

describe('pixels for a canvas', () => {
  it('spreads grey over the colours, and keeps colours', () => {
    const base64 = (...bytes: number[]) => btoa(String.fromCharCode(...bytes));
    expect([...rgbaPixels(base64(7, 255), 1)]).toEqual([7, 7, 7, 255, 255, 255, 255, 255]);
    expect([...rgbaPixels(base64(1, 2, 3, 4, 5, 6), 3)]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
  });
});
