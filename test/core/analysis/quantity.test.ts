import { describe, expect, it } from 'vitest';
import { percent, signedPercent, signedPoints } from '#core/analysis/quantity.ts';

describe('quantities', () => {
  it.each([
    [percent(0.1234), '12.3 %'],
    [percent(-0.05), '−5.0 %'],
    [percent(-0.0001), '0.0 %'],
    [percent(null), '–'],
    [signedPercent(0.031), '+3.1 %'],
    [signedPoints(0.314), '+0.31'],
    [signedPoints(-0.314), '−0.31'],
    [signedPoints(0.001), '0.00'],
    [signedPoints(Number.NaN), 'NaN'],
    [signedPoints(null), '–'],
  ])('%s', (written, expected) => {
    expect(written).toBe(expected);
  });
});
