import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ImageSet } from '#core/data/image-set.ts';
import { MemoryPixels } from '#core/data/pixels.ts';
import { contentHashes } from '../../src-main/datasets/content-hash.ts';

function set(images: readonly number[], labels: readonly number[]): ImageSet {
  const sizes = { count: labels.length, height: 1, width: images.length / labels.length, channels: 1, classes: 3 };
  return { ...sizes, pixels: new MemoryPixels(Uint8Array.from(images)), labels: Int32Array.from(labels) };
}

const source = { training: set([1, 2, 3, 4], [0, 2]), test: set([5, 6], [1]) };

/** The bytes that are hashed of a set: sizes, pixels, labels of four bytes each. */
function bytesOf(sizes: string, pixels: readonly number[], labels: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from(`${sizes}\n`), Buffer.from(pixels), Buffer.from(Int32Array.from(labels).buffer)]);
}

test('gives a second hash that includes the validation split that the data bring', async () => {
  const parts = [
    bytesOf('2 x 1 x 2 x 1 of 3 classes', [1, 2, 3, 4], [0, 2]),
    bytesOf('1 x 1 x 2 x 1 of 3 classes', [5, 6], [1]),
    bytesOf('1 x 1 x 2 x 1 of 3 classes', [7, 8], [2]),
  ];
  const images: number[] = [];
  const hashes = await contentHashes({ ...source, validation: set([7, 8], [2]) }, ({ bytes, size }) => {
    images.push(bytes.length / size);
  });
  expect(hashes).toEqual({
    sha256: createHash('sha256')
      .update(Buffer.concat(parts.slice(0, 2)))
      .digest('hex'),
    withValidation: createHash('sha256').update(Buffer.concat(parts)).digest('hex'),
  });
  expect(images).toEqual([2, 1, 1]);
  expect((await contentHashes(source)).withValidation).toBeNull();
});

test('is SHA-256 over sizes, pixels and labels of both parts', async () => {
  const bytes = Buffer.concat([
    Buffer.from('2 x 1 x 2 x 1 of 3 classes\n'),
    Buffer.from([1, 2, 3, 4]),
    Buffer.from([0, 0, 0, 0, 2, 0, 0, 0]),
    Buffer.from('1 x 1 x 2 x 1 of 3 classes\n'),
    Buffer.from([5, 6]),
    Buffer.from([1, 0, 0, 0]),
  ]);
  expect((await contentHashes(source)).sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('covers long arrays whole, part of a larger buffer or not', async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(5_000_010));
  const images = shared.subarray(10);
  const long = { ...set([1], [0]), width: 5_000_000, pixels: new MemoryPixels(images) };
  const before = (await contentHashes({ training: long, test: source.test })).sha256;
  images[4_999_999] = 1;
  expect((await contentHashes({ training: long, test: source.test })).sha256).not.toBe(before);
});
