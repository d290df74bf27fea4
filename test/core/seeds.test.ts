import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enumeratedSeeds, formatSeeds, parseSeeds } from '#core/seeds.ts';

describe('seeds', () => {
  it.each([
    ['1', [1]],
    ['1-3, 5', [1, 2, 3, 5]],
    ['1 – 3;5', [1, 2, 3, 5]],
    [' 7 2 ', [7, 2]],
    ['0', [0]],
    ['4-4', [4]],
  ])('reads %j', (text, seeds) => {
    expect(parseSeeds(text)).toEqual({ seeds, error: null });
  });

  it.each([
    ['', 'Name at least one seed'],
    [' , ', 'Name at least one seed'],
    ['one', '"one" is not a seed'],
    ['1.5', '"1.5" is not a seed'],
    ['-1', '"-1" is not a seed'],
    ['3-1', 'write 1-3'],
    ['1-3, 2', 'Seed 2 is named twice'],
    ['1-1001', 'at most 1000'],
    ['0-99999999999999999999', 'too large'],
  ])('says what is wrong with %j', (text, sentence) => {
    const { seeds, error } = parseSeeds(text);
    expect(seeds).toBeNull();
    expect(error).toContain(sentence);
  });

  it.each([
    [[3], '3'],
    [[1, 2, 3], '1, 2 and 3'],
    [[1, 2, 3, 4], '1–4'],
    [[7, 1, 2, 3, 4, 5, 9], '7, 1–5 and 9'],
  ])('says %j in a sentence', (seeds, text) => {
    expect(enumeratedSeeds(seeds)).toBe(text);
  });

  it('writes what it reads', () => {
    expect(formatSeeds([1, 2, 3, 5, 9, 10])).toBe('1-3, 5, 9-10');
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(2000), { minLength: 1, maxLength: 50 }), (seeds) => {
        expect(parseSeeds(formatSeeds(seeds)).seeds).toEqual(seeds);
      }),
    );
  });
});
