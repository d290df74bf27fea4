import { describe, expect, it } from 'vitest';
import { marginPoints, percent, signedPercent, signedPoints, timeSavedText } from '#core/analysis/quantity.ts';

describe('quantities', () => {
  it.each([
    [percent(0.1234), '12.3 %'],
    [percent(-0.05), '−5.0 %'],
    [percent(-0.0001), '0.0 %'],
    [percent(null), '–'],
    [percent(Number.NaN), '–'],
    [percent(1 / 0, 0), '–'],
    [signedPercent(0.031), '+3.1 %'],
    [signedPoints(0.314), '+0.31'],
    [signedPoints(-0.314), '−0.31'],
    [signedPoints(0.001), '0.00'],
    [signedPoints(Number.NaN), '–'],
    [signedPoints(null), '–'],
    [marginPoints(0.5), '0.5 points'],
    [marginPoints(1), '1 point'],
  ])('%s', (written, expected) => {
    expect(written).toBe(expected);
  });

  it.each([
    [0.42, '42 % less time (1.7x)'],
    [0.415, '42 % less time (1.7x)'],
    [-0.12, '12 % more time (0.9x)'],
    [0.5, '50 % less time (2.0x)'],
    [-1, '100 % more time (0.5x)'],
    [0.04, '4 % less time (1.04x)'],
    [-0.03, '3 % more time (0.97x)'],
    [0.004, '0.4 % less time (1.004x)'],
    [0.0001, '0.0 % less time'],
    [-0.0001, '0.0 % less time'],
    [1, '100 % less time (∞x)'],
    [Number.NaN, 'time not comparable'],
    [Number.NEGATIVE_INFINITY, 'time not comparable'],
  ])('a saving of %d is %s', (saved, text) => {
    expect(timeSavedText(saved)).toBe(text);
  });
});
