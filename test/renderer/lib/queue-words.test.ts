import { describe, expect, it } from 'vitest';
import { endsWords, totalWords } from '../../../src-renderer/lib/queue-words.ts';

describe('how long the queue takes, in words', () => {
  const total = { seconds: 7510, unknown: 0, leftOut: 0, runs: 9 };

  it('is the time, what of it is not known, and what is not counted', () => {
    expect(totalWords(total)).toBe('2 h 5 min left');
    expect(totalWords({ ...total, leftOut: 1 })).toBe('2 h 5 min left, without 1 run that waits for you');
    expect(totalWords({ ...total, unknown: 2 })).toBe('at least 2 h 5 min left, 2 runs not known yet');
    expect(totalWords({ ...total, seconds: 0, unknown: 9 })).toBe('time left not known yet');
    expect(totalWords({ ...total, leftOut: 9 })).toBeNull();
  });

  it('of one run is when it ends, or how long it takes where it waits for a person', () => {
    const run = { id: 'a', seconds: 120, endsIn: 2100, isLeftOut: false };
    expect(endsWords(run)).toBe('ends in 35 min');
    expect(endsWords({ ...run, endsIn: 20 })).toBe('ends in less than a minute');
    expect(endsWords({ ...run, endsIn: null })).toBeNull();
    expect(endsWords({ ...run, endsIn: null, isLeftOut: true })).toBe('takes 2 min');
    expect(endsWords({ ...run, seconds: null, endsIn: null, isLeftOut: true })).toBeNull();
    expect(endsWords(null)).toBeNull();
  });
});
