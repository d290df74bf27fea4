import { describe, expect, test } from 'vitest';
import { type DataSource, type ImageSet, imageSize, sliceImages } from '#core/data/image-set.ts';
import { contentHashes } from '../../../../src-main/datasets/content-hash.ts';
import { describeDataSource, openDataSource } from '../../../../src-main/datasets/open-data-source.ts';
import { located } from '../../../datasets/tiny-files.ts';
import { bytesOf } from '../../../support/pixel-bytes.ts';

function distance(left: ArrayLike<number>, right: ArrayLike<number>): number {
  return Array.from(left).reduce((sum, value, index) => sum + (value - right[index]) ** 2, 0);
}

/** Share of the test images whose nearest class mean of the training images is their own class. */
function nearestMeanAccuracy(training: ImageSet, tested: ImageSet): number {
  const size = imageSize(training);
  const means = Array.from({ length: training.classes }, () => new Float64Array(size));
  const counts = new Float64Array(training.classes);
  for (const label of training.labels) counts[label]++;
  bytesOf(training).forEach((value, index) => {
    const label = training.labels[Math.floor(index / size)];
    means[label][index % size] += value / counts[label];
  });
  const right = Array.from(tested.labels, (label, image) => {
    const distances = means.map((mean) => distance(bytesOf(sliceImages(tested, image, image + 1)), mean));
    return distances.indexOf(Math.min(...distances)) === label;
  });
  return right.filter(Boolean).length / tested.count;
}

const small = { height: 12, width: 12, channels: 1, train: 300, test: 100 };

function drawn(options: object): Promise<DataSource> {
  return openDataSource(located({ kind: 'synthetic', ...small, ...options }));
}

describe('synthetic images', () => {
  test('take their sizes from the location', async () => {
    const sizes = { classes: 3, height: 8, width: 9, channels: 3, train: 7, test: 4 };
    const { training, test: tested } = await drawn(sizes);
    expect(training).toMatchObject({ count: 7, height: 8, width: 9, channels: 3, classes: 3 });
    expect([...training.labels]).toEqual([0, 1, 2, 0, 1, 2, 0]);
    expect(tested.pixels.byteLength).toBe(4 * 8 * 9 * 3);
  });

  test('can be learned: the nearest class mean is right in over 90 of 100 images', async () => {
    for (const shape of [{}, { channels: 3, height: 32, width: 32 }]) {
      const { training, test: tested } = await drawn(shape);
      expect(nearestMeanAccuracy(training, tested)).toBeGreaterThan(0.9);
    }
  });

  test('are the same for the same seed and others for another one; an image does not depend on the count', async () => {
    const hash = async (seed: number): Promise<string> => (await contentHashes(await drawn({ seed }))).sha256;
    expect(await hash(0)).toBe(await hash(0));
    expect(await hash(1)).not.toBe(await hash(0));
    const few = (await drawn({ train: 10 })).training;
    const many = (await drawn({ train: 50 })).training;
    expect(bytesOf(sliceImages(many, 0, 10))).toEqual(bytesOf(few));
  });

  test('that no memory holds are refused before they are drawn', async () => {
    await expect(drawn({ height: 512, width: 512, train: 1_000_000 })).rejects.toThrow('more than memory can hold');
  });

  test('are described without being drawn', async () => {
    const description = await describeDataSource(located({ kind: 'synthetic', train: 1_000_000 }));
    expect(description).toEqual({
      training: 1_000_000,
      test: 500,
      validation: 0,
      height: 32,
      width: 32,
      channels: 3,
      classes: 10,
    });
  });
});
