import { describe, expect, it } from 'vitest';
import type { CountedScatter } from '../../support/counted-claims.ts';
import { simulateCountedClaims, simulateTimedClaims } from '../../support/counted-claims.ts';

/** 200 studies a case, always the same ones: a rate of 5 % shows as 10 % or more in one of 1,000 such samples. docs/statistics.md has 2,000. */
const STUDIES = 200;
const MOST = 0.1;

function rates(scatter: CountedScatter, images: number, seeds: number) {
  return Object.values(simulateCountedClaims({ scatter, images, seeds, studies: STUDIES })).flat();
}

describe('studies whose errors are counts of images', () => {
  it.each(['normal', 'narrow', 'skewed'] as const)('seldom claim what is not there: %s', (scatter) => {
    for (const [images, seeds] of [
      [500, 3],
      [1_000, 3],
      [1_000, 5],
      [10_000, 3],
    ] as const)
      for (const { allNull, mixed } of rates(scatter, images, seeds))
        expect(Math.max(allNull, mixed)).toBeLessThan(MOST);
  });

  it('claim nothing with two seeds', () => {
    for (const rate of rates('narrow', 1_000, 2)) expect(rate).toEqual({ allNull: 0, mixed: 0, power: 0 });
  });

  it('show an effect of half a point that is there', () => {
    for (const { power } of rates('normal', 10_000, 10)) expect(power).toBeGreaterThan(0.6);
  });

  it('claim too often where one side alone scatters, which is said next to each claim', () => {
    expect(Math.max(...rates('one-sided', 10_000, 5).map(({ allNull }) => allNull))).toBeGreaterThan(0.2);
  });
});

it('times that a clock rounds are seldom said to differ', () => {
  for (const step of [1, 0.1, 0.001])
    for (const rate of simulateTimedClaims({ spread: 0.2, step, seeds: 3, studies: STUDIES }))
      expect(rate).toBeLessThan(MOST);
});
