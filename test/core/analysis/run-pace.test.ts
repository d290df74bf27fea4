import { describe, expect, it } from 'vitest';
import type { DepthRatio } from '#core/analysis/run-pace.ts';
import { paceOf } from '#core/analysis/run-pace.ts';
import { loaded, RATIOS, sampled } from '../../support/sampled-steps.ts';

const ratioAt = (depth: number): DepthRatio | null =>
  RATIOS[depth] === undefined ? null : { ratio: RATIOS[depth], error: 0 };

describe('the pace of a run', () => {
  it('is the unfrozen step’s time, whatever is frozen', () => {
    const pace = paceOf(sampled({ samples: 80, seed: 1, noise: 0 }), ratioAt);
    expect(pace?.level).toBeCloseTo(100, 9);
    expect(pace).toMatchObject({ error: 0, slow: null });
    expect(pace?.quiet).toBeCloseTo(100, 9);
  });

  it('says from which step on a load slowed the run down, and by how much', () => {
    const steps = sampled({ samples: 80, seed: 2, noise: 0.03, load: loaded(1.4, 0.5) });
    const pace = paceOf(steps, ratioAt);
    expect(pace?.slow?.until).toBeNull();
    expect(Math.abs(Number(pace?.slow?.from) - 2000)).toBeLessThanOrEqual(100);
    expect(pace?.slow?.factor).toBeCloseTo(1.4, 1);
    expect(Number(pace?.quiet)).toBeCloseTo(100, -1);
    // Half of the steps take 1.4 times as long; those with layers frozen weigh less.
    expect(Number(pace?.level)).toBeGreaterThan(110);
    expect(Number(pace?.level)).toBeLessThan(122);
  });

  it('says until when, where the load ends', () => {
    const pulse = { from: 0.25, until: 0.5, factor: 1.5 };
    const slow = paceOf(sampled({ samples: 80, seed: 3, noise: 0.03, load: pulse }), ratioAt)?.slow;
    expect(Math.abs(Number(slow?.from) - 1000)).toBeLessThanOrEqual(100);
    expect(Math.abs(Number(slow?.until) - 2000)).toBeLessThanOrEqual(100);
    const first = paceOf(sampled({ samples: 80, seed: 4, noise: 0.03, load: { ...pulse, from: 0 } }), ratioAt)?.slow;
    expect(first?.from).toBe(0);
  });

  it('is unknown with few samples, and counts only depths that the profile knows', () => {
    expect(paceOf(sampled({ samples: 11, seed: 5, noise: 0 }), ratioAt)).toBeNull();
    const onlyUnfrozen = (depth: number) => (depth === 0 ? { ratio: 1, error: 0 } : null);
    expect(paceOf(sampled({ samples: 80, seed: 6, noise: 0 }), onlyUnfrozen)?.level).toBeCloseTo(100, 9);
    expect(paceOf(sampled({ samples: 80, seed: 6, noise: 0 }), () => null)).toBeNull();
  });

  it('knows the error of its level, the profile’s included', () => {
    const logs = Array.from({ length: 200 }, (_, seed) => {
      const pace = paceOf(sampled({ samples: 40, seed, noise: 0.1 }), ratioAt);
      return { level: Math.log(Number(pace?.level) / 100), error: Number(pace?.error) };
    });
    const mean = logs.reduce((sum, { level }) => sum + level, 0) / logs.length;
    const deviation = Math.sqrt(logs.reduce((sum, { level }) => sum + (level - mean) ** 2, 0) / (logs.length - 1));
    const claimed = logs.reduce((sum, { error }) => sum + error, 0) / logs.length;
    expect(claimed / deviation).toBeGreaterThan(0.8);
    expect(claimed / deviation).toBeLessThan(1.6);
    const uncertain = (depth: number): DepthRatio => ({ ratio: RATIOS[depth] ?? 1, error: 0.1 });
    expect(paceOf(sampled({ samples: 40, seed: 7, noise: 0 }), uncertain)?.error).toBeCloseTo(0.1, 9);
  });
});
