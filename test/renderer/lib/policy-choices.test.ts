import { describe, expect, it } from 'vitest';
import type { PolicyChoices } from '../../../src-renderer/lib/policy-choices.ts';
import {
  choiceKey,
  choicesOf,
  chosenPolicies,
  leftOutCount,
  nextCurveId,
  nextRuleId,
  withoutPolicy,
  withRule,
} from '../../../src-renderer/lib/policy-choices.ts';
import { ruleOf } from '../../../src-renderer/lib/rule-drafts.ts';

const CHOICES: PolicyChoices = {
  ...choicesOf([]),
  ...{ shapes: ['linear', 'cubic'], t0s: [0.5, 0.8], scaled: true, plain: true },
};

const names = (choices: PolicyChoices) => chosenPolicies(choices).map(({ name }) => name);

describe('policies from choices', () => {
  it('are all combinations, in the order of the lists', () => {
    expect(names(CHOICES)).toEqual([
      ...['linear scaled 0.5', 'linear plain 0.5', 'linear scaled 0.8', 'linear plain 0.8'],
      ...['cubic scaled 0.5', 'cubic plain 0.5', 'cubic scaled 0.8', 'cubic plain 0.8'],
    ]);
  });

  it('can each be taken out, and stay out whatever else is chosen', () => {
    const without = withoutPolicy(CHOICES, chosenPolicies(CHOICES)[1]);
    expect(names(without)).not.toContain('linear plain 0.5');
    expect(names(without)).toHaveLength(7);
    expect(leftOutCount(without)).toBe(1);
    const more: PolicyChoices = { ...without, shapes: ['linear', 'squared', 'cubic'] };
    expect(names(more)).toHaveLength(11);
    // A schedule of other steps has another name, but is the same combination.
    expect(names({ ...without, scheduleSteps: '500' })).not.toContain('linear plain 0.5 over 500 steps');
    expect(leftOutCount({ ...without, plain: false })).toBe(0);
  });

  it('schedule over the steps that are given', () => {
    expect(names({ ...CHOICES, t0s: [0.5], shapes: ['cubic'], scheduleSteps: '4000' })).toEqual([
      ...['cubic scaled 0.5 over 4000 steps', 'cubic plain 0.5 over 4000 steps'],
    ]);
  });

  it('hold drawn curves, each by its own number', () => {
    const points: [number, number][] = [
      [0, 0.3],
      [1, 1],
    ];
    const choices: PolicyChoices = {
      ...CHOICES,
      shapes: [],
      curves: [{ id: 4, name: '', points, scaled: false, warmup: '' }],
    };
    const [curve] = chosenPolicies(choices);
    expect(curve.name).toBe('curve 4');
    expect(curve.policy).toMatchObject({ name: 'curve 4', points });
    const named = { ...choices, curves: [{ ...choices.curves[0], name: ' late start ' }] };
    expect(names(named)).toEqual(['late start']);
    expect(choicesOf(chosenPolicies(named).flatMap(({ policy }) => policy ?? [])).curves[0]?.name).toBe('late start');
    expect(nextCurveId(choices)).toBe(5);
    expect(withoutPolicy(choices, curve).curves).toEqual([]);
  });

  it('are there once for every warm-up', () => {
    const choices: PolicyChoices = { ...CHOICES, shapes: ['cubic'], t0s: [0.8], plain: false, warmups: '0, 5' };
    expect(names(choices)).toEqual(['cubic scaled 0.8', 'cubic scaled 0.8 after 5 of warm-up']);
    const [, warmed] = chosenPolicies(choices);
    expect(names(withoutPolicy(choices, warmed))).toEqual(['cubic scaled 0.8']);
    expect(
      choicesOf(
        chosenPolicies(choices)
          .map(({ policy }) => policy)
          .filter((policy) => policy !== null),
      ).warmups,
    ).toBe('0, 5');
  });

  it('hold other rules, each by its own number while its texts change', () => {
    const rule = ruleOf({ kind: 'stepwise' }, 3);
    const choices: PolicyChoices = { ...choicesOf([]), rules: [rule, ruleOf({ kind: 'random-times' }, 4)] };
    expect(chosenPolicies(choices).map(({ policy }) => policy)).toEqual([
      { kind: 'stepwise', start: 0.5, level: 1 },
      { kind: 'random-times', draw: 1, earliest: 0.5, scaled: false },
    ]);
    const changed = { ...choices, ...withRule(choices, { ...rule, fields: { ...rule.fields, start: 'hal' } }) };
    expect(chosenPolicies(changed)[0]).toMatchObject({ json: { start: Number.NaN }, policy: null });
    expect(chosenPolicies(changed).map(choiceKey)).toEqual(['rule 3', 'rule 4']);
    expect(nextRuleId(changed)).toBe(5);
    expect(withoutPolicy(changed, chosenPolicies(changed)[0]).rules).toEqual([ruleOf({ kind: 'random-times' }, 4)]);
  });

  it('keep what is no combination as it is', () => {
    const odd = { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true, scheduleSteps: 10 } as const;
    const even = { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true } as const;
    const choices = choicesOf([even, odd]);
    expect(names(choices)).toEqual(['cubic scaled 0.8', 'cubic scaled 0.8 over 10 steps']);
    expect(names(withoutPolicy(choices, chosenPolicies(choices)[1]))).toEqual(['cubic scaled 0.8']);
  });
});
