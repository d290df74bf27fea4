import { describe, expect, it } from 'vitest';
import { measureCosts } from '#core/training/prefix/measure-costs.ts';
import type { TrainingSession } from '#core/training/session.ts';

const BATCH = 10;
const SIZES = [4, 8, 2];

/** A machine without copies: calls take what the test says, on a clock of its own. */
function measured({ callMs = 0 } = {}) {
  let milliseconds = 0;
  const layersMs = [6, 18];
  const session: Pick<TrainingSession, 'advance' | 'rehearse'> = {
    advance: (values, count, { from, to }) => {
      expect(values).toHaveLength(count * SIZES[from]);
      milliseconds += layersMs.slice(from, to).reduce((sum, ms) => sum + Math.max(callMs, (ms * count) / BATCH), 0);
      return new Float32Array(count * SIZES[to]);
    },
    // Within a step, the layers take two thirds of what they take by themselves.
    rehearse: ({ prefixOutput }) => {
      milliseconds += prefixOutput === undefined ? 16 + 5 : 5;
    },
  };
  return measureCosts({
    ...{ session, batchSize: BATCH, depths: [0, 1, 2], sizes: SIZES, macs: [100, 300, 10], disk: null },
    bytesFor: (bytes) => bytes,
    now: () => milliseconds,
  });
}

describe('measureCosts', () => {
  it('times each part by itself, and what a step saves by steps', () => {
    expect(measured()).toMatchObject({
      ...{ advanceMs: [0, 6, 18], stepMs: [0, 4, 12], bytes: [16, 32, 8], copyMsPerByte: 0, fixedShare: 0 },
      // 16 ms are 400 multiply-adds; unfrozen, a step has 410 forward, 410 for weights and 310 for inputs.
      activeMs: [1130, 310 + 310 + 10, 10 + 10].map((macs) => (macs * 16) / 400),
    });
  });

  it('sees where calls cost the same for any number of images', () => {
    expect(measured({ callMs: 18 }).fixedShare).toBe(1);
  });
});
