import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Kind } from '#core/kind.ts';
import { kindDraft, kindDraftSchema, kindErrors, kindJson } from '../../../src-renderer/lib/kind-draft.ts';

const LADDER: Kind = {
  kind: 'ladder',
  title: 'Ladder',
  schema: z.strictObject({
    kind: z.literal('ladder'),
    path: z.string(),
    rungs: z.int().min(2).default(8),
    width: z.number().positive().max(1, 'must be at most 1').optional(),
    folds: z.boolean().default(true),
    wood: z.enum(['ash', 'oak']).default('oak'),
  }),
  fields: [
    { key: 'rungs', label: 'Rungs', hint: 'two or more', type: 'number' },
    { key: 'width', label: 'Width', hint: 'metres', type: 'number', isOptional: true },
    { key: 'folds', label: 'Folds', hint: '', type: 'flag' },
    { key: 'wood', label: 'Wood', hint: '', type: 'choice', choices: ['ash', 'oak'] },
  ],
};
const DRAFT = kindDraft(LADDER);

describe('the draft of a kind', () => {
  it('begins with the defaults of the schema, also where a key without a field is required', () => {
    expect(DRAFT).toEqual({ rungs: '8', width: '', folds: true, wood: 'oak' });
    expect(kindDraftSchema.parse(JSON.parse(JSON.stringify(DRAFT)))).toEqual(DRAFT);
  });

  it('reads as the spec that it was made of', () => {
    const spec = { kind: 'ladder', rungs: 3, width: 0.5, folds: false, wood: 'ash' };
    expect(kindJson(LADDER, kindDraft(LADDER, spec))).toEqual(spec);
    expect(kindJson(LADDER, DRAFT)).toEqual({ kind: 'ladder', rungs: 8, folds: true, wood: 'oak' });
  });

  it('takes the defaults of a schema that is no object where the kind alone is a spec', () => {
    const schema = z.union([LADDER.schema, z.strictObject({ kind: z.literal('ladder'), rungs: z.int().default(5) })]);
    expect(kindDraft({ ...LADDER, schema }).rungs).toBe('5');
    expect(kindDraft({ ...LADDER, schema: z.never() }).rungs).toBe('');
  });

  it('says at each field what the schema has against it, and nothing of keys without a field', () => {
    expect(kindErrors(LADDER, DRAFT)).toEqual({});
    expect(kindErrors(LADDER, { ...DRAFT, rungs: 'many', width: '2', wood: 'iron' })).toEqual({
      rungs: 'Give a number, such as 10 or 0.1.',
      width: 'Must be at most 1.',
      wood: expect.stringContaining('ash'),
    });
    expect(kindErrors(LADDER, { ...DRAFT, rungs: '1' })).toEqual({ rungs: 'Give 2 or more.' });
    expect(kindErrors(LADDER, { ...DRAFT, rungs: '' })).toEqual({ rungs: 'Give a number, such as 10 or 0.1.' });
  });
});
