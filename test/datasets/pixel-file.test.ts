import { rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BatchAssembler } from '#core/data/batch.ts';
import { BatchSchedule, trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { type ImageSet, imageSize, sliceImages } from '#core/data/image-set.ts';
import { normalization } from '#core/data/normalization.ts';
import { openBatchFeeder } from '../../src-main/datasets/batch-feeder.ts';
import { contentHashes } from '../../src-main/datasets/content-hash.ts';
import { openDataSource } from '../../src-main/datasets/open-data-source.ts';
import { FilePixels } from '../../src-main/datasets/pixel-file.ts';
import { bytesOf } from '../support/pixel-bytes.ts';
import { located, temporaryFolder } from './tiny-files.ts';

/** What comes before the pixels in the file. */
const START = 13;
const sizes = { height: 9, width: 7, channels: 3, classes: 5, train: 61, test: 3 };
const source = await openDataSource(located({ kind: 'synthetic', ...sizes }));
const inMemory = source.training;

async function onDisk(set: ImageSet): Promise<{ readonly set: ImageSet; readonly path: string }> {
  const path = join(await temporaryFolder(), 'pixels');
  await writeFile(path, Buffer.concat([Buffer.alloc(START, 7), bytesOf(set), Buffer.alloc(5, 9)]));
  const pixels = new FilePixels({ path, start: START, byteLength: set.pixels.byteLength });
  onTestFinished(() => pixels.close());
  return { set: { ...set, pixels }, path };
}

function assembled(set: ImageSet, indices: readonly number[], round: number) {
  const plan = trainingBatchPlan({ batchSize: 1, seed: 3, shuffle: true, augment: 'crop-flip' });
  const target = { images: new Float32Array(indices.length * imageSize(set)), labels: new Int32Array(indices.length) };
  new BatchAssembler(set, plan, { statistics: normalization(inMemory) }).assemble(
    { round, indices: Uint32Array.from(indices) },
    target,
  );
  return target;
}

describe('pixels on disk', () => {
  test('give the batches that pixels in memory give, for any images and crops', async () => {
    const { set } = await onDisk(inMemory);
    const indices = fc.array(fc.nat(inMemory.count - 1), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(indices, fc.integer({ min: 1, max: 1000 }), (images, epoch) => {
        expect(assembled(set, images, epoch)).toEqual(assembled(inMemory, images, epoch));
      }),
    );
  });

  test('train from the batch thread as they do in memory', async () => {
    const { set } = await onDisk(inMemory);
    const statistics = normalization(inMemory);
    const plan = trainingBatchPlan({ batchSize: 10, seed: 3, shuffle: true, augment: 'crop-flip' });
    const feeder = openBatchFeeder({ statistics });
    onTestFinished(() => feeder.close());
    const [fromDisk, fromMemory] = [set, inMemory].map((one) => feeder.trainingBatches(one, plan, 2));
    for (let step = 0; step < 20; step++) expect(await fromDisk.next()).toEqual(await fromMemory.next());
    const selection = new BatchSchedule(plan, set.count).selectionAt(0);
    expect(assembled(set, [...selection.indices], 1)).toEqual(assembled(inMemory, [...selection.indices], 1));
  });

  test('have the same statistics, hash and parts', async () => {
    const { set } = await onDisk(inMemory);
    expect(normalization(set)).toEqual(normalization(inMemory));
    expect(await contentHashes({ ...source, training: set })).toEqual(await contentHashes(source));
    const [part, known] = [set, inMemory].map((one) => sliceImages(sliceImages(one, 10, 50), 5, 9));
    expect(bytesOf(part)).toEqual(bytesOf(known));
    part.pixels.close();
  });

  test('can be read again after they were closed', async () => {
    const { set } = await onDisk(inMemory);
    set.pixels.read(0, 1);
    set.pixels.close();
    set.pixels.close();
    expect(bytesOf(set)).toEqual(bytesOf(inMemory));
  });

  test('that are gone or cut are one sentence that names the file', async () => {
    const { set, path } = await onDisk(inMemory);
    await truncate(path, START + 100);
    expect(() => set.pixels.read(0, 101)).toThrow(`${path} has become shorter since it was opened.`);
    set.pixels.close();
    await rename(path, `${path}-away`);
    expect(() => set.pixels.read(0, 1)).toThrow(`${path} does not exist`);
  });

  test('that fail in the batch thread end its batches with that sentence', async () => {
    const { set, path } = await onDisk(inMemory);
    const feeder = openBatchFeeder({ statistics: normalization(inMemory) });
    onTestFinished(() => feeder.close());
    await truncate(path, 0);
    const batches = feeder.trainingBatches(
      set,
      trainingBatchPlan({ batchSize: 4, seed: 1, shuffle: true, augment: 'none' }),
      0,
    );
    await expect(batches.next()).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining(path) });
  });
});
