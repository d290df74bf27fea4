import { describe, expect, it } from 'vitest';
import { enumerated, quotedName } from '#core/analysis/name-list.ts';

describe('a name in a sentence', () => {
  it.each([
    ['cubic scaled 0.5', 'cubic scaled 0.5'],
    ['cubic scaled 0.5, equal time', '“cubic scaled 0.5, equal time”'],
    ['cubic, scaled, t0 = 0.5', '“cubic, scaled, t0 = 0.5”'],
    ['mine and yours', '“mine and yours”'],
    ['Anders', 'Anders'],
    ['a; b', '“a; b”'],
    ['ends with a stop.', '“ends with a stop.”'],
    ['says “this”', '“says ‘this’”'],
    ['', '“”'],
  ])('%j is written %s', (name, written) => {
    expect(quotedName(name)).toBe(written);
  });
});

describe('a list of names', () => {
  it.each([
    [[], ''],
    [['one'], 'one'],
    [['one', 'two'], 'one and two'],
    [['one', 'two', 'three'], 'one, two and three'],
    [['cubic, scaled, t0 = 0.5', 'linear'].map(quotedName), '“cubic, scaled, t0 = 0.5” and linear'],
    [['a (1, 2)', 'b', 'c'], 'a (1, 2); b; and c'],
    [['S = 1,100', 'S = 990', 'S = 9'], 'S = 1,100, S = 990 and S = 9'],
  ])('%j reads %s', (parts, text) => {
    expect(enumerated(parts)).toBe(text);
  });
});
