import { describe, expect, it } from 'vitest';
import { simulateClaims } from '../../support/simulated-claims.ts';

/**
 * 250 studies of 3 policies a case, always the same ones. A rate of 5 % shows as 9.2 % or more in one of 1,000 such samples;
 * docs/statistics.md has 10,000 studies a case.
 */
const STUDIES = { arms: 3, studies: 250 };
const MOST = 0.092;

describe.each([3, 5, 10])('studies of %d seeds without any effect', (seeds) => {
  it.each([
    { scatter: 'normal', most: 0.97 },
    // Differences of two skewed errors have heavy tails, for which Student's interval is a little wide.
    { scatter: 'skewed', most: 0.985 },
  ] as const)('seldom make a false claim, and have intervals that hold the truth: $scatter', ({ scatter, most }) => {
    const { falseClaims, coverage } = simulateClaims({ ...STUDIES, scatter, seeds });
    for (const [kind, rate] of Object.entries(falseClaims)) expect(rate, kind).toBeLessThan(MOST);
    for (const share of Object.values(coverage)) {
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(most);
    }
  });
});
