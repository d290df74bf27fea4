import { describe, expect, it } from 'vitest';
import { parseNumber, stepped } from '../../../src-renderer/lib/number-text.ts';

describe('a typed number', () => {
  it.each([
    ['', null],
    ['  ', null],
    ['0.10', 0.1],
    ['.5', 0.5],
    ['5.', 5],
    ['1e-4', 0.0001],
    ['1 000', 1000],
    ['12\u202f345', 12_345],
    ['0,1', 0.1],
    ['0,125', 0.125],
    ['1,000', '1,000'],
    ['−3', -3],
    ['0x10', '0x10'],
    ['1,000,000', '1,000,000'],
    ['Infinity', 'Infinity'],
    [' ten', 'ten'],
    ['1e', '1e'],
  ])('reads "%s" as %s', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it('steps without the dust of binary fractions', () => {
    expect(stepped(0.1, 0.2)).toBe(0.3);
    expect(stepped(0.3, -0.1)).toBe(0.2);
    expect(stepped(3, 1)).toBe(4);
  });
});
