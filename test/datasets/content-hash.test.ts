import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ImageSet } from '#core/data/image-set.ts';
import { MemoryPixels } from '#core/data/pixels.ts';
import { contentHash } from '../../src-main/datasets/content-hash.ts';

function set(images: readonly number[], labels: readonly number[]): ImageSet {
  const sizes = { count: labels.length, height: 1, width: images.length / labels.length, channels: 1, classes: 3 };
  return { ...sizes, pixels: new MemoryPixels(Uint8Array.from(images)), labels: Int32Array.from(labels) };
}

const source = { training: set([1, 2, 3, 4], [0, 2]), test: set([5, 6], [1]) };

test('is SHA-256 over sizes, pixels and labels of both parts', async () => {
  const bytes = Buffer.concat([
    Buffer.from('2 x 1 x 2 x 1 of 3 classes\n'),
    Buffer.from([1, 2, 3, 4]),
    Buffer.from([0, 0, 0, 0, 2, 0, 0, 0]),
    Buffer.from('1 x 1 x 2 x 1 of 3 classes\n'),
    Buffer.from([5, 6]),
    Buffer.from([1, 0, 0, 0]),
  ]);
  expect(await contentHash(source)).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('covers long arrays whole, part of a larger buffer or not', async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(5_000_010));
  const images = shared.subarray(10);
  const long = { ...set([1], [0]), width: 5_000_000, pixels: new MemoryPixels(images) };
  const before = await contentHash({ training: long, test: source.test });
  images[4_999_999] = 1;
  expect(await contentHash({ training: long, test: source.test })).not.toBe(before);
});
