import { describe, expect, it } from 'vitest';
import { simulateClaims } from '../../support/simulated-claims.ts';

/**
 * 400 studies of 3 policies a case, always the same ones. A rate of 5 % shows as 8.5 % or more in one of 1,000 such samples;
 * docs/statistics.md has 10,000 studies a case.
 */
const STUDIES = { arms: 3, studies: 400 };
const MOST = 0.085;

describe.each([3, 5, 10])('studies of %d seeds without any effect', (seeds) => {
  it.each(['normal', 'skewed'] as const)('seldom make a false claim of any kind: %s errors', (scatter) => {
    const { falseClaims, coverage } = simulateClaims({ ...STUDIES, scatter, seeds });
    for (const [kind, rate] of Object.entries(falseClaims)) expect(rate, kind).toBeLessThan(MOST);
    for (const share of Object.values(coverage)) expect(share).toBeGreaterThan(0.93);
  });

  it('have intervals that hold the truth in 93 to 97 % of cases, where errors are normal', () => {
    const { coverage } = simulateClaims({ ...STUDIES, scatter: 'normal', seeds });
    for (const share of Object.values(coverage)) {
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(0.97);
    }
  });
});
