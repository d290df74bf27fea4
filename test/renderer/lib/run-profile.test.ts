import { describe, expect, it } from 'vitest';
import type { RunProfile } from '#core/records.ts';
import { profileText } from '../../../src-renderer/lib/run-profile.ts';

/** cost(0) = 10 + 10 + 6 = 26, cost(1) = 10 + 6 + 4 = 20, cost(2) = 10 + 4 + 1 = 15 */
const layers = [4, 2, 3, 1].map((macs, index) => {
  return { index, name: `layer ${index}`, params: 1, macs, freezeStep: null, initialLearningRate: 0.1 };
});

function depth(frozenLayers: number, ratio: number): RunProfile['depths'][number] {
  const stepMs = { minimum: 40 * ratio - 1, median: 40 * ratio };
  return { frozenLayers, steps: 9, stepMs, ratio: { low: ratio - 0.01, median: ratio, high: ratio + 0.02 } };
}

function profileOf(...ratios: readonly number[]): RunProfile {
  const depths = ratios.map((ratio, index) => depth(index + 1, ratio));
  return { unfrozen: { steps: 18, stepMs: { minimum: 39, median: 40 } }, depths, saved: 0.2, seconds: 2 };
}

describe('what the page says of a profile', () => {
  it('is a row a depth, with its residual in points', () => {
    const text = profileText({ layers, profile: profileOf(0.8, 0.6) });
    expect(text?.unfrozen).toMatch(/^Unfrozen, a step takes 40.* ms \(median of 18\)\.$/);
    expect(text?.warning).toBeNull();
    // Predicted: 6/26 and 11/26.
    expect(text?.rows[0]).toMatchObject({
      ...{ frozenLayers: 1, saved: '20.0 %', range: '18.0 to 21.0 %', predicted: '23.1 %', residual: '−3.08' },
      ...{ pairs: 9, isFrozenWorkSkipped: true },
    });
    expect(text?.rows[1]).toMatchObject({ saved: '40.0 %', predicted: '42.3 %', residual: '−2.31' });
  });

  it('warns of frozen work that is not skipped', () => {
    const text = profileText({ layers, profile: profileOf(0.8, 0.99) });
    expect(text?.warning).toMatch(/^Frozen work is not skipped: with 2 layers frozen /);
    expect(text?.rows.map((row) => row.isFrozenWorkSkipped)).toEqual([true, false]);
  });

  it('is nothing where none was measured', () => {
    expect(profileText({ layers, profile: null })).toBeNull();
  });
});
