import { expect, test } from 'vitest';
import { ruleOf } from '../../../src-renderer/lib/rule-drafts.ts';
import {
  armsCostText,
  newSeeds,
  parsePolicy,
  parseRule,
  seedsCostText,
  suggestedPolicy,
} from '../../../src-renderer/lib/study-additions.ts';
import { randomStudy } from '../../support/study-fixture.ts';

const study = randomStudy({ policies: 2, seeds: [1, 2, 3] });

test('new seeds are refused where the study has one of them', () => {
  expect(newSeeds('4-6, 9', study.seeds)).toEqual({ seeds: [4, 5, 6, 9], error: null });
  expect(newSeeds('3-5', study.seeds)).toEqual({ seeds: null, error: 'Seed 3 is there already: leave it out.' });
  expect(newSeeds('', study.seeds).seeds).toBeNull();
});

test('a policy is refused where it is there already, or no policy at all', () => {
  const known = study.arms.map((arm) => arm.name);
  const draft = { shape: 'cubic', t0: 0.7, scaled: true } as const;
  expect(parsePolicy(draft, known)).toEqual({ policy: { kind: 'freezeout', ...draft } });
  expect(parsePolicy({ ...draft, t0: 0.5 }, known)).toEqual({ error: 'The arm "cubic scaled 0.5" is there already.' });
  for (const t0 of [0, 1.1, null]) expect(parsePolicy({ ...draft, t0 }, known)).toHaveProperty('error');
});

test('a rule other than FreezeOut is refused by its fields, and where it is there already', () => {
  const rule = ruleOf({ kind: 'stepwise' }, 1);
  expect(parseRule(rule, [])).toEqual({ policy: { kind: 'stepwise', start: 0.5, level: 1 } });
  expect(parseRule(rule, ['stepwise 0.5 to 1'])).toEqual({ error: 'The arm "stepwise 0.5 to 1" is there already.' });
  expect(parseRule({ ...rule, fields: { ...rule.fields, start: '1' } }, [])).toHaveProperty('error');
});

test('what is added is counted in runs', () => {
  expect(seedsCostText(study, 2)).toBe('2 seeds in 5 arms: 10 runs');
  expect(armsCostText(study, 1)).toBe('1 arm, with its equal-time baseline, 3 seeds: 6 runs');
  expect(armsCostText({ ...study, equalTimeBaseline: false }, 2)).toBe('2 arms, 3 seeds: 6 runs');
});

test('an arm is suggested that the study does not have yet', () => {
  expect(suggestedPolicy([])).toEqual({ shape: 'cubic', t0: 0.5, scaled: true });
  expect(suggestedPolicy(study.arms.map((arm) => arm.name))).toEqual({ shape: 'cubic', t0: 0.3, scaled: true });
});
