import { describe, expect, it } from 'vitest';
import type { Home, PrefixCosts } from '#core/training/prefix/costs.ts';
import { cachedMs, ordinaryMs } from '#core/training/prefix/costs.ts';
import { forecast } from '#core/training/prefix/forecast.ts';
import type { EpochPart } from '../../../support/visited-epochs.ts';
import { visitedEpochs } from '../../../support/visited-epochs.ts';

/** 10 ms from the images to the first boundary, 20 ms from there to the second. Copies and the disk cost nothing. */
const costs: PrefixCosts = {
  batchSize: 4,
  stepMs: [0, 10, 20],
  advanceMs: [0, 10, 20],
  fixedShare: 0,
  bytes: [100, 300, 200],
  copyMsPerByte: 0,
  activeMs: [90, 60, 30],
  disk: null,
};
const IN_MEMORY: readonly (Home | null)[] = [null, 'memory', 'memory'];
const visits = (...epochs: readonly (readonly EpochPart[])[]) => visitedEpochs(epochs);
const batch = (mix: readonly number[], boundary: number) => ({
  ...{ boundary, mix, homes: IN_MEMORY, keepIn: null, share: 1 },
});

describe('the cost of a batch', () => {
  it('is that of the layers which its images have not passed', () => {
    expect(ordinaryMs(costs, 2)).toBe(30);
    expect(cachedMs(costs, batch([0, 0, 1], 2))).toBe(0);
    expect(cachedMs(costs, batch([0, 1, 0], 2))).toBe(20);
    // Half of the images pass both parts, a quarter only the second one.
    expect(cachedMs(costs, batch([0.5, 0.25, 0.25], 2))).toBe(10 * 0.5 + 20 * 0.75);
  });

  it('is that of whole calls where a call costs the same for any number of images', () => {
    const padded = { ...costs, fixedShare: 1, batchSize: 1000 };
    expect(cachedMs(padded, batch([0, 0.25, 0.75], 2))).toBeCloseTo(20, 9);
    expect(cachedMs(padded, batch([0, 0, 1], 2))).toBe(0);
  });

  it('counts each copy: out of its place, into and out of the call, into its place and into the step', () => {
    const copying = { ...costs, advanceMs: [0, 0, 0], copyMsPerByte: 1 };
    // Into the step's array and into the step: 2 x 200; there is no call.
    expect(cachedMs(copying, batch([0, 0, 1], 2))).toBe(4 * 400);
    // Out of memory and into the call, 300 each; out of the call, 2 x 200; kept, 200.
    const moving = { ...batch([0, 1, 0], 2), keepIn: 'memory' } as const;
    expect(cachedMs(copying, moving)).toBe(4 * (300 + 300 + 400 + 200 + 400));
  });

  it('waits for the disk only as far as the rest of the step does not cover it', () => {
    const slow = { ...costs, disk: { readMsPerByte: 0.1, writeMsPerByte: 0.2 } };
    const onDisk = { ...batch([0, 0, 1], 2), homes: [null, null, 'disk'] as const };
    // 4 images x 200 bytes x 0.1 ms = 80 ms, of which 30 pass in the step.
    expect(cachedMs(slow, onDisk)).toBeCloseTo(50, 9);
    expect(cachedMs({ ...slow, activeMs: [0, 0, 80] }, onDisk)).toBe(0);
  });
});

describe('the forecast', () => {
  const all = { share: 1, homes: IN_MEMORY };

  it('makes values in the first epoch of a depth and finds them in the later ones', () => {
    const { ordinary, cached } = forecast(costs, visits([at(1, 10)], [at(1, 10)], [at(1, 10)]), all);
    expect(ordinary).toEqual([0, 300, 0]);
    expect(cached).toEqual([0, 100, 0]);
  });

  it('takes them on when the boundary moves', () => {
    const { ordinary, cached } = forecast(costs, visits([at(1, 10)], [at(2, 10)], [at(2, 10)]), all);
    expect(ordinary).toEqual([0, 100, 600]);
    expect(cached).toEqual([0, 100, 200]);
  });

  it('mixes what was left by either part of an epoch', () => {
    // In the third epoch, half of the images were last read before the boundary moved.
    const { cached } = forecast(costs, visits([at(1, 10)], [at(1, 5), at(2, 5)], [at(2, 10)]), all);
    expect(cached[1]).toBe(100);
    expect(cached[2]).toBe(5 * 20 + 10 * 0.5 * 20);
  });

  it('keeps nothing at a last visit, and finds nothing of another view', () => {
    const copying = { ...costs, copyMsPerByte: 1 };
    const alone = forecast(copying, visits([at(1, 10)]), all);
    expect(alone.cached).toEqual(alone.ordinary);
    const twoViews = visitedEpochs([[at(1, 10)], [at(1, 10)], [at(1, 10)], [at(1, 10)]], 2);
    expect(forecast(costs, twoViews, all).cached[1]).toBe(200);
  });
});

describe('the forecast of a run whose layers train again', () => {
  const all = { share: 1, homes: IN_MEMORY };

  it('finds nothing that was kept behind them, and keeps anew', () => {
    const { ordinary, cached } = forecast(costs, visits([at(2, 10)], [at(2, 10)], [at(1, 10)], [at(1, 10)]), all);
    expect(ordinary).toEqual([0, 200, 600]);
    expect(cached).toEqual([0, 100, 300]);
  });

  it('finds what was kept in front of them', () => {
    // In the second epoch, half of the images move to boundary 2, and then have nothing; the others stay at 1.
    const { cached } = forecast(costs, visits([at(1, 10)], [at(1, 5), at(2, 5)], [at(1, 10)]), all);
    expect(cached[1]).toBe(100);
    const kept = forecast(costs, visits([at(1, 10)], [at(1, 5), at(2, 5)], [at(2, 5), at(1, 5)], [at(1, 10)]), all);
    // In the third epoch nothing more is kept at boundary 2. Half of its images are read before the fall, and half of these then
    // lose their values, as half of the unread ones do, which are kept anew.
    expect(kept.cached[2]).toBeCloseTo(5 * 20 + 5 * 0.5 * 20, 9);
    expect(kept.cached[1]).toBeCloseTo(100 + 5 * 0.5 * 10 + 10 * 0.25 * 10, 9);
  });

  it('drops the values of all views', () => {
    const epochs = [2, 2, 1, 1, 2, 2].map((boundary) => [at(boundary, 10)]);
    const { cached } = forecast(costs, visitedEpochs(epochs, 2), all);
    // Nothing of the first two epochs is found again; the two at boundary 1 are, by the last two.
    expect(cached).toEqual([0, 200, 600 + 400]);
  });

  it('costs nothing while no layer is frozen, after which nothing is left', () => {
    const { ordinary, cached } = forecast(costs, visits([at(1, 10)], [at(0, 10)], [at(1, 10)], [at(1, 10)]), all);
    expect(ordinary).toEqual([0, 300, 0]);
    expect(cached).toEqual([0, 200, 0]);
  });
});

function at(boundary: number, steps: number) {
  return { boundary, steps };
}
