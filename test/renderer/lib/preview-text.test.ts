import { expect, it } from 'vitest';
import { presetStudy } from '#core/presets/presets.ts';
import { choicesOf, chosenPolicies } from '../../../src-renderer/lib/policy-choices.ts';
import {
  armText,
  equalTimeText,
  freezeText,
  highStartSentence,
  highStartText,
  networkSentence,
  previewedRunsText,
} from '../../../src-renderer/lib/preview-text.ts';
import { ruleOf } from '../../../src-renderer/lib/rule-drafts.ts';
import { previewStudy } from '../../../src-renderer/lib/study-preview.ts';

const IMAGES = { training: 60_000, test: 10_000, validation: 0, height: 28, width: 28, channels: 1, classes: 10 };
const { base, arms } = presetStudy('quick');
const preview = previewStudy({ base, policies: chosenPolicies(choicesOf([arms[0]])), equalTimeBaseline: true }, IMAGES);
if (preview === null) throw new Error('The quick study has no preview.');
const [baseline, cubic, equalTime] = preview.arms;

it('says what an arm saves, or how long it is', () => {
  expect(armText(baseline, null)).toBe('800 steps');
  expect(armText(cubic, 90)).toMatch(/^\d+\.\d % of the compute saved, \d\.\d\d×, about 1 min 30 s a run$/);
  expect(equalTimeText(equalTime, null)).toBe(`equal time: ${equalTime.steps} steps of the baseline`);
});

it('predicts nothing of a policy that decides while it trains', () => {
  const policies = chosenPolicies({ ...choicesOf([]), rules: [ruleOf({ kind: 'gradient-norm' }, 1)] });
  const arm = previewStudy({ base, policies, equalTimeBaseline: false }, IMAGES)?.arms[1];
  if (arm === undefined) throw new Error('The gradient norm has no preview.');
  expect(armText(arm, 90)).toBe('decides while it trains: nothing is planned, about 1 min 30 s a run');
  expect(arm.layers.map((layer) => freezeText(layer, arm))).toEqual([
    ...arm.layers.slice(1).map(() => 'not planned'),
    'never',
  ]);
});

it('says where the steps of an equal-time arm come from that nobody can plan', () => {
  const policies = chosenPolicies({ ...choicesOf([]), rules: [ruleOf({ kind: 'gradient-norm' }, 1)] });
  const arm = previewStudy({ base, policies, equalTimeBaseline: true }, IMAGES)?.arms[2];
  if (arm === undefined) throw new Error('The gradient norm has no equal-time arm.');
  expect(equalTimeText(arm, null)).toMatch(/as long as the arm’s first run$/);
});

it('counts runs and steps, or says that they are not known', () => {
  expect(previewedRunsText(preview, 2)).toMatch(/^3 arms × 2 seeds = 6 runs, \d\u202f\d{3} steps in all$/);
  expect(previewedRunsText(preview, 0)).toBe('–');
  expect(previewedRunsText(null, 2)).toBe('–');
});

it('says why a start rate is marked', () => {
  const { highStart } = cubic;
  if (highStart === null) throw new Error('Eight times the base rate is not marked.');
  expect(highStartText(highStart)).toBe('stem starts at 8.0× the base rate');
  expect(highStartSentence(highStart)).toMatch(
    /^stem starts at 0\.8, 8\.0× the base rate \(and 1 more layer above 4×\)/,
  );
});

it('describes a network', () => {
  expect(networkSentence({ layers: 1, params: 1234, macs: 5_600_000 })).toBe(
    '1 layer, 1\u202f234 parameters, 5.6 million multiply-adds an image.',
  );
  expect(networkSentence(null)).toContain('once the network');
});
