import { describe, expect, it } from 'vitest';
import { headlineText, noHeadlineText, speedText } from '../../../src-renderer/lib/headline.ts';

const headline = { arm: 'cubic scaled 0.8', wall: 0.17, errorDelta: 0.3, pairs: 3 };

describe('the headline of a study', () => {
  it.each([
    [{}, 'cubic scaled 0.8: 17 % faster, +0.3 points, n = 3'],
    [{ wall: -0.05 }, 'cubic scaled 0.8: 5 % slower, +0.3 points, n = 3'],
    [{ wall: 0.004 }, 'cubic scaled 0.8: as fast, +0.3 points, n = 3'],
    [{ errorDelta: -1.26 }, 'cubic scaled 0.8: 17 % faster, −1.3 points, n = 3'],
    [{ errorDelta: -0.04 }, 'cubic scaled 0.8: 17 % faster, 0.0 points, n = 3'],
    [{ pairs: 1 }, 'cubic scaled 0.8: 17 % faster, +0.3 points, n = 1 (one seed)'],
    [{ pairs: 2 }, 'cubic scaled 0.8: 17 % faster, +0.3 points, n = 2 (few seeds)'],
    [{ errorDelta: Number.NaN }, 'cubic scaled 0.8: 17 % faster, error not comparable, n = 3'],
  ])('with %j is "%s"', (change, text) => {
    expect(headlineText({ ...headline, ...change })).toBe(text);
  });

  it('never calls a slower arm faster', () => {
    expect([-0.6, -0.005, 0, 0.005, 0.6, Number.NaN].map(speedText)).toEqual([
      '60 % slower',
      '1 % slower',
      'as fast',
      '1 % faster',
      '60 % faster',
      'time not comparable',
    ]);
  });

  it('says what is missing before there is one', () => {
    const policy = { name: 'a', role: 'policy', of: null, policy: { kind: 'none' }, computeSaved: 0 } as const;
    expect(noHeadlineText({ arms: [], counts: {} })).toMatch(/only a baseline/);
    expect(noHeadlineText({ arms: [policy], counts: {} })).toMatch(/nothing has trained/);
    expect(noHeadlineText({ arms: [policy], counts: { queued: 4 } })).toMatch(/none yet/);
    expect(noHeadlineText({ arms: [policy], counts: { failed: 4 } })).toMatch(/no seed finished/);
  });
});
