import { describe, expect, it } from 'vitest';
import { noHeadlineText } from '../../../src-renderer/lib/headline.ts';

describe('the headline of a study', () => {
  it('says what is missing before there is one', () => {
    const policy = { name: 'a', role: 'policy', of: null, policy: { kind: 'none' }, computeSaved: 0 } as const;
    expect(noHeadlineText({ arms: [], counts: {} })).toMatch(/only a baseline/);
    expect(noHeadlineText({ arms: [policy], counts: {} })).toMatch(/nothing has trained/);
    expect(noHeadlineText({ arms: [policy], counts: { queued: 4 } })).toMatch(/none yet/);
    expect(noHeadlineText({ arms: [policy], counts: { failed: 4 } })).toMatch(/no seed finished/);
  });
});
