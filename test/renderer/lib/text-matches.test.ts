import { describe, expect, it } from 'vitest';
import { bestMatches, matchScore } from '../../../src-renderer/lib/text-matches.ts';

describe('matching by words', () => {
  const best = (query: string, ...names: string[]) => bestMatches(query, names, (name) => name);

  it('needs every word, in any order and case', () => {
    expect(best('CUBIC quick', 'quick cubic scaled', 'quick linear', 'cubic')).toEqual(['quick cubic scaled']);
    expect(matchScore('x', 'quick')).toBeNull();
  });

  it('puts beginnings of words first, and keeps the order of equals', () => {
    expect(best('run', 'prune', 'my run', 'runs')).toEqual(['runs', 'my run', 'prune']);
    expect(best('', 'b', 'a')).toEqual(['b', 'a']);
  });

  it('takes signs as they are', () => {
    expect(best('0.8 (', 'cubic 0.8 (best)', 'cubic 008')).toEqual(['cubic 0.8 (best)']);
    expect(best('“late” …-', 'rename “late” …-', 'rename')).toEqual(['rename “late” …-']);
    for (const sign of '^$\\.*+?()[]{}|/-&~#%“”…é') expect(best(sign, `a ${sign}`)).toHaveLength(1);
  });
});
