import { describe, expect, it, vi } from 'vitest';
import { policySchema } from '#core/policy/policy.ts';
import { presetStudy } from '#core/presets/presets.ts';
import { choicesOf, chosenPolicies, policyChoicesSchema } from '../../../src-renderer/lib/policy-choices.ts';
import { armText, equalTimeText, freezeText } from '../../../src-renderer/lib/preview-text.ts';
import { RULES, ruleErrors, ruleOf } from '../../../src-renderer/lib/rule-drafts.ts';
import { rateCurves } from '../../../src-renderer/lib/schedule-drawing.ts';
import { parseRule } from '../../../src-renderer/lib/study-additions.ts';
import { previewStudy } from '../../../src-renderer/lib/study-preview.ts';

vi.mock('../../../src-main/core/policy/policies.ts', async (original) => {
  const { POLICIES } = await original<typeof import('#core/policy/policies.ts')>();
  const { atOnce, restless } = await import('../../support/trial-policies.ts');
  return { POLICIES: [...POLICIES, atOnce, restless] };
});

const planned = ruleOf({ kind: 'at-once' }, 1);
const deciding = ruleOf({ kind: 'restless' }, 2);
const CHOICES = { ...choicesOf([]), rules: [planned, deciding] };

describe('a policy that only a module and the list know, in the form', () => {
  it('is offered with its fields, which say what is wrong', () => {
    expect(RULES.slice(-2).map(({ title }) => title)).toEqual(['At once', 'Restless']);
    expect([planned, deciding].map(({ fields }) => fields)).toEqual([
      { layers: '2', at: '0.5' },
      { every: '15', eager: true },
    ]);
    expect(ruleErrors({ ...planned, fields: { layers: 'two', at: '1' } })).toEqual({
      layers: 'Give a number, such as 10 or 0.1.',
      at: 'Give less than 1.',
    });
  });

  it('is an arm, is kept with the draft, and comes back with a copy of the study', () => {
    const policies = [{ kind: 'at-once' }, { kind: 'restless' }].map((policy) => policySchema.parse(policy));
    expect(chosenPolicies(CHOICES).map(({ policy }) => policy)).toEqual(policies);
    expect(policyChoicesSchema.parse(JSON.parse(JSON.stringify(CHOICES)))).toEqual(CHOICES);
    expect(choicesOf(policies).rules).toEqual([planned, deciding]);
    expect(parseRule(planned, ['2 at 0.5'])).toEqual({ error: 'The arm "2 at 0.5" is there already.' });
  });

  it('is previewed with its plan, or as one that decides', () => {
    const { base } = presetStudy('quick');
    const images = { training: 60_000, test: 10_000, validation: 0, height: 28, width: 28, channels: 1, classes: 10 };
    const study = { base, policies: chosenPolicies(CHOICES), equalTimeBaseline: true };
    const [, atOnce, , restless, equalTime] = previewStudy(study, images)?.arms ?? [];
    expect(armText(atOnce, null)).toMatch(/of the compute saved/);
    expect(atOnce.layers.slice(0, 3).map((layer) => freezeText(layer, atOnce))).toEqual([
      'from 50.0 %',
      'from 50.0 %',
      'never',
    ]);
    expect(rateCurves(atOnce)).toHaveLength(atOnce.layers.length);
    expect(armText(restless, null)).toBe('decides while it trains: nothing is planned');
    expect(freezeText(restless.layers[0], restless)).toBe('not planned');
    expect(equalTimeText(equalTime, null)).toContain('as last as long as the arm’s first run');
  });
});
