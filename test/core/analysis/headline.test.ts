import { describe, expect, it } from 'vitest';
import { headlineText } from '#core/analysis/headline.ts';
import type { StudyHeadline } from '#core/records.ts';

const HEADLINE: StudyHeadline = {
  ...{ arm: 'cubic scaled 0.8', wall: 0.42, errorDelta: 0.3, pairs: 5, state: 'shown', isWithin: true, margin: 0.5 },
};
const CLOSEST = 'closest cubic scaled 0.8: 42 % less time (1.7x), +3.9 points';

describe('the headline of a study', () => {
  it.each<[Partial<StudyHeadline>, string]>([
    [{}, 'cubic scaled 0.8: 42 % less time (1.7x), +0.3 points, within 0.5: shown, n = 5'],
    [
      { state: 'not-shown', pairs: 1, errorDelta: -1.22 },
      'cubic scaled 0.8: 42 % less time (1.7x), −1.2 points, within 0.5: not shown, n = 1: one seed cannot show anything; add at least two',
    ],
    [
      { state: 'not-shown', isWithin: false, errorDelta: 3.9 },
      `by the means no policy saves time within 0.5 points: not shown, n = 5; ${CLOSEST}`,
    ],
    [
      { state: 'not-shown', isWithin: false },
      'cubic scaled 0.8: 42 % less time (1.7x), +0.3 points, within 0.5, but off the front by the means, n = 5',
    ],
    [
      { state: 'shown-not', isWithin: false, errorDelta: 3.9 },
      `no policy saves time within 0.5 points: shown, n = 5; ${CLOSEST}`,
    ],
    [
      { state: 'not-shown', isWithin: false, wall: -0.12, errorDelta: -0.04 },
      'by the means no policy saves time within 0.5 points: not shown, n = 5; closest cubic scaled 0.8: 12 % more time (0.9x), 0.0 points',
    ],
    [
      { arm: 'cubic, scaled, t0 = 0.5', errorDelta: Number.NaN, isWithin: false, state: 'not-shown' },
      'by the means no policy saves time within 0.5 points: not shown, n = 5; closest “cubic, scaled, t0 = 0.5”: 42 % less time (1.7x), error not comparable',
    ],
  ])('with %j reads "%s"', (change, text) => {
    expect(headlineText({ ...HEADLINE, ...change })).toBe(text);
  });
});
