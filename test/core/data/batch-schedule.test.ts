import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BatchSchedule,
  epochOrder,
  evaluationBatchPlan,
  stepsPerEpoch,
  trainingBatchPlan,
} from '#core/data/batch-schedule.ts';

const plan = trainingBatchPlan({ batchSize: 3, seed: 4, shuffle: true, augment: 'none' });

describe('epochOrder', () => {
  test('is the order of the file without shuffling', () => {
    expect([...epochOrder({ seed: 1, epoch: 2, count: 4, shuffle: false })]).toEqual([0, 1, 2, 3]);
  });

  test('is another permutation in every epoch and for every seed', () => {
    const order = (seed: number, epoch: number): string => epochOrder({ seed, epoch, count: 20, shuffle: true }).join();
    expect(new Set([order(0, 1), order(0, 2), order(1, 1), order(1, 2)]).size).toBe(4);
    expect(order(1, 2)).toBe(order(1, 2));
  });
});

describe('stepsPerEpoch', () => {
  test('drops the short last batch in training and keeps it in evaluation', () => {
    expect(stepsPerEpoch(plan, 11)).toBe(3);
    expect(stepsPerEpoch(evaluationBatchPlan(3), 11)).toBe(4);
    expect(stepsPerEpoch(evaluationBatchPlan(3), 12)).toBe(4);
    expect(stepsPerEpoch(evaluationBatchPlan(3), 0)).toBe(0);
  });

  test('refuses a batch that cannot be filled or has no size', () => {
    expect(() => stepsPerEpoch(plan, 2)).toThrow('"batchSize" 3 is more than the 2 training images; lower it.');
    expect(() => stepsPerEpoch({ ...plan, batchSize: 0 }, 2)).toThrow('"batchSize" is 0');
    expect(() => stepsPerEpoch({ ...plan, batchSize: 1.5 }, 2)).toThrow('"batchSize" is 1.5');
  });
});

describe('BatchSchedule', () => {
  test('without shuffling the batches are the images in file order', () => {
    const schedule = new BatchSchedule({ ...plan, shuffle: false }, 8);
    const batches = [0, 1, 2, 3].map((step) => [...schedule.selectionAt(step).indices]);
    expect(batches).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  test('evaluation ends with the short batch', () => {
    const schedule = new BatchSchedule(evaluationBatchPlan(3), 8);
    expect([...schedule.selectionAt(2).indices]).toEqual([6, 7]);
  });

  test('any step is a function of the plan alone, in whatever order the steps are asked for', () => {
    const schedule = new BatchSchedule(plan, 10);
    fc.assert(
      fc.property(fc.nat(60), (step) => {
        // Three steps an epoch; epochs count from 1.
        const epoch = Math.floor(step / 3) + 1;
        const order = epochOrder({ seed: 4, epoch, count: 10, shuffle: true });
        const expected = { round: epoch, indices: order.slice((step % 3) * 3, (step % 3) * 3 + 3) };
        expect(schedule.selectionAt(step)).toEqual(expected);
      }),
    );
  });

  test('shows fixed views in turn, whatever the order of the images', () => {
    const schedule = new BatchSchedule({ ...plan, augment: 'crop-flip', views: 2 }, 10);
    expect([0, 2, 3, 6, 9, 12].map((step) => schedule.selectionAt(step).round)).toEqual([0, 0, 1, 0, 1, 0]);
    const anew = new BatchSchedule(plan, 10);
    expect(schedule.selectionAt(3).indices).toEqual(anew.selectionAt(3).indices);
  });

  test('an epoch of training sees no image twice', () => {
    const schedule = new BatchSchedule(plan, 10);
    const seen = [3, 4, 5].flatMap((step) => [...schedule.selectionAt(step).indices]);
    expect(new Set(seen).size).toBe(9);
  });
});
