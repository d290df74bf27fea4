import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BatchAssembler, type BatchFeeder } from '#core/data/batch.ts';
import { type BatchPlan, BatchSchedule, evaluationBatchPlan, trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { type ImageSet, imageSize } from '#core/data/image-set.ts';
import { type Normalization, normalization } from '#core/data/normalization.ts';
import { MemoryPixels } from '#core/data/pixels.ts';
import { openBatchFeeder } from '../../src-main/datasets/batch-feeder.ts';
import { openDataSource } from '../../src-main/datasets/open-data-source.ts';
import { located } from './tiny-files.ts';

const sizes = { height: 8, width: 8, channels: 3, classes: 5, train: 47, test: 5 };
const set = (await openDataSource(located({ kind: 'synthetic', ...sizes }))).training;
const statistics = normalization(set);
const plan = trainingBatchPlan({ batchSize: 10, seed: 3, shuffle: true, augment: 'crop-flip' });

function openedFeeder(normalizedBy: Normalization = statistics): BatchFeeder {
  const feeder = openBatchFeeder({ statistics: normalizedBy });
  onTestFinished(() => feeder.close());
  return feeder;
}

/** The batch of a step by the pure functions alone. */
function pureBatch(from: ImageSet, by: BatchPlan, step: number) {
  const selection = new BatchSchedule(by, from.count).selectionAt(step);
  const count = selection.indices.length;
  const target = { images: new Float32Array(count * imageSize(from)), labels: new Int32Array(count) };
  new BatchAssembler(from, by, { statistics }).assemble(selection, target);
  return { ...target, count, step };
}

describe('training batches', () => {
  test('equal the pure functions from any step on, however long each step takes', async () => {
    const feeder = openedFeeder();
    const pauses = fc.array(fc.constantFrom(0, 0, 20, 400), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.nat(30), pauses, async (fromStep, turns) => {
        const batches = feeder.trainingBatches(set, plan, fromStep);
        for (const [index, count] of turns.entries()) {
          const batch = await batches.next();
          for (let left = count; left > 0; left--) await turn();
          expect(batch).toEqual(pureBatch(set, plan, fromStep + index));
        }
        batches.close();
      }),
      { numRuns: 25 },
    );
  });

  test('have labels and no images where these are omitted', async () => {
    const batches = openedFeeder().trainingBatches(set, plan, 0);
    const isOmitted = (step: number) => step % 3 === 1;
    batches.omitImages(isOmitted);
    // The first batches are being made before anything can be said about them.
    for (let step = 0; step < 12; step++) {
      const pure = pureBatch(set, plan, step);
      const isEmpty = step > 2 && isOmitted(step);
      expect(await batches.next()).toEqual(isEmpty ? { ...pure, images: new Float32Array() } : pure);
    }
    batches.close();
  });

  test('a batch keeps its values until the next one is asked for', async () => {
    const feeder = openedFeeder();
    const batches = feeder.trainingBatches(set, plan, 0);
    await batches.next();
    const second = await batches.next();
    // The thread works in the order of what it is asked: when this has come, it has prepared ahead all that it may.
    await feeder.evaluationBatches(set, 7).next();
    expect(second).toEqual(pureBatch(set, plan, 1));
  });

  test('go on undisturbed while an evaluation runs between', async () => {
    const feeder = openedFeeder();
    const batches = feeder.trainingBatches(set, plan, 0);
    expect(await batches.next()).toEqual(pureBatch(set, plan, 0));
    for await (const batch of feeder.evaluationBatches(set, 7)) expect(batch.step).toBeLessThan(7);
    expect(await batches.next()).toEqual(pureBatch(set, plan, 1));
  });

  test('two sequences from one feeder do not mix', async () => {
    const feeder = openedFeeder();
    const otherPlan = { ...plan, seed: 4 };
    const [left, right] = [feeder.trainingBatches(set, plan, 0), feeder.trainingBatches(set, otherPlan, 2)];
    for (let step = 0; step < 6; step++) {
      const [first, second] = await Promise.all([left.next(), right.next()]);
      expect(first).toEqual(pureBatch(set, plan, step));
      expect(second).toEqual(pureBatch(set, otherPlan, step + 2));
    }
  });

  test('refuse a batch that the images cannot fill', () => {
    expect(() => openedFeeder().trainingBatches(set, { ...plan, batchSize: 48 }, 0)).toThrow('"batchSize" 48 is more');
  });
});

describe('evaluation batches', () => {
  test('hold every image once in the order of the set, the last batch short', async () => {
    const feeder = openedFeeder();
    const labels: number[] = [];
    const counts: number[] = [];
    for await (const batch of feeder.evaluationBatches(set, 10)) {
      expect(batch).toEqual(pureBatch(set, evaluationBatchPlan(10), counts.length));
      counts.push(batch.count);
      labels.push(...batch.labels);
    }
    expect(counts).toEqual([10, 10, 10, 10, 7]);
    expect(labels).toEqual([...set.labels]);
  });

  test('of no images are none', async () => {
    const none = { ...set, count: 0, pixels: new MemoryPixels(new Uint8Array(0)), labels: new Int32Array(0) };
    expect(await openedFeeder().evaluationBatches(none, 10).next()).toEqual({ done: true, value: undefined });
  });
});

describe('a batch that cannot come', () => {
  test('rejects with the error of the worker', async () => {
    const batches = openedFeeder({ mean: [0], std: [1] }).trainingBatches(set, plan, 0);
    const expected = { name: 'AppError', message: 'The normalisation has 1 channels, but the images have 3.' };
    await expect(batches.next()).rejects.toMatchObject(expected);
    await expect(batches.next()).rejects.toMatchObject(expected);
  });

  test('rejects when the feeder is closed, before and after it was asked for', async () => {
    const feeder = openBatchFeeder({ statistics });
    const batches = feeder.trainingBatches(set, plan, 0);
    const waiting = expect(batches.next()).rejects.toThrow('The batches were closed.');
    await feeder.close();
    await waiting;
    await expect(batches.next()).rejects.toThrow('The batches were closed.');
    await expect(feeder.trainingBatches(set, plan, 0).next()).rejects.toThrow('The batches were closed.');
  });

  test('rejects a second call before the first has answered', async () => {
    const batches = openedFeeder().trainingBatches(set, plan, 0);
    const first = batches.next();
    await expect(batches.next()).rejects.toThrow('before the previous one had come');
    expect((await first).step).toBe(0);
  });
});
