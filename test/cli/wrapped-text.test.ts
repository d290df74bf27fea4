import { describe, expect, it } from 'vitest';
import { wrapped } from '../../src-main/cli/wrapped-text.ts';

describe('a text of the terminal', () => {
  it('is broken between words, before column 80', () => {
    const word = 'ninecount';
    expect(wrapped(Array(9).fill(word).join(' '), { start: 4, indent: 2 }).split('\n')).toEqual([
      Array(7).fill(word).join(' '),
      `  ${word} ${word}`,
    ]);
  });

  it('is broken by the places that letters take: a Chinese one takes two', () => {
    const word = '図'.repeat(19);
    expect(wrapped(`${word} ${word} ${word}`, { start: 0, indent: 0 }).split('\n')).toEqual([`${word} ${word}`, word]);
  });
});
