import { describe, expect, it } from 'vitest';
import { cacheReport } from '#core/training/prefix/cache-report.ts';
import { CACHE_EVENTS } from '../../../support/cache-events.ts';

describe('cacheReport', () => {
  it('gives the newest decision of each depth, and what all parts of the run add up to', () => {
    const report = cacheReport(CACHE_EVENTS);
    expect(report?.decisions.map(({ depth, place, step }) => [depth, place, step])).toEqual([
      [1, 'none', 21],
      [2, 'memory', 31],
    ]);
    expect(report?.outcome).toEqual({ images: 1200, kept: 540, saved: 1.5, predictedSaved: 2.25 });
  });

  it('gives no outcome before the first part has ended, and nothing where no layer has frozen', () => {
    expect(cacheReport(CACHE_EVENTS.slice(0, 3))?.outcome).toBeNull();
    expect(cacheReport(CACHE_EVENTS.slice(0, 1))).toBeNull();
  });
});
