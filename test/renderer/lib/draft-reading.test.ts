import { describe, expect, it } from 'vitest';
import { presetStudy } from '#core/presets/presets.ts';
import { lacksOf, readDraft } from '../../../src-renderer/lib/draft-reading.ts';
import type { PolicyChoices } from '../../../src-renderer/lib/policy-choices.ts';
import { newRule, RULES, ruleOf } from '../../../src-renderer/lib/rule-drafts.ts';
import type { StudyDraft } from '../../../src-renderer/lib/study-draft.ts';
import { draftOf } from '../../../src-renderer/lib/study-draft.ts';

const DATASETS = [
  {
    ...{
      name: 'fashion-mnist',
      training: 60_000,
      test: 10_000,
      validation: 0,
      height: 28,
      width: 28,
      channels: 1,
      classes: 10,
    },
    location: { kind: 'idx', path: '/fashion', classes: 10 } as const,
    sha256: null,
  },
];
const CURVE: PolicyChoices['curves'][number] = {
  ...{ id: 1, name: '', scaled: true, warmup: '' },
  points: [
    [0, 0.5],
    [1, 1],
  ],
};
const QUICK = draftOf(presetStudy('quick'));
const denseNet = (depth: string, growth: string) => ({ networks: { [QUICK.model]: { depth, growth } } });
const given = (mean: string, std: string) => ({
  input: { ...QUICK.input, normalization: 'given' as const, mean, std },
});

function read(change: Partial<StudyDraft>, taken: readonly string[] = []) {
  const draft = { ...QUICK, ...change };
  return readDraft(draft, { datasets: DATASETS, takenNames: new Set(taken), name: draft.name });
}

describe('reading a draft', () => {
  it('finds nothing wrong with the quick study', () => {
    const { spec, errors } = read({});
    const { arms, ...quick } = presetStudy('quick');
    expect(errors).toEqual({});
    expect(spec).toMatchObject(quick);
    expect(spec?.arms).toHaveLength(arms.length);
    expect(spec?.arms).toEqual(expect.arrayContaining(arms));
  });

  it.each([
    ['epochs', { epochs: '' }, 'Give a number, such as 10 or 0.1.'],
    ['epochs', { epochs: 'ten' }, 'Give a number, such as 10 or 0.1.'],
    ['epochs', { epochs: '1.5' }, 'Give a whole number.'],
    ['epochs', { epochs: '0' }, 'Give more than 0.'],
    ['batchSize', { batchSize: '70000' }, 'Give 65536 or less.'],
    ['warmup', { warmup: '4' }, '4 epochs of warm-up are the whole run'],
    ['patience', { patience: '0' }, 'Give more than 0.'],
    ['patience', { patience: '2', validation: '0' }, 'An early end needs validation images'],
    ['mean', given('', '1'), 'Give at least one value.'],
    ['mean', given('7', '1'), 'Give 1 or less.'],
    ['std', given('0.5', '0'), 'Give more than 0.'],
    ['normalization', given('grey', '1'), 'Give a mean from 0 to 1'],
    ['labelSmoothing', { labelSmoothing: '1' }, 'Give less than 1.'],
    ['optimizer.clipNorm', { optimizers: { sgd: { clipNorm: '0' } } }, 'Give more than 0.'],
    ['optimizer.momentum', { optimizers: { sgd: { momentum: '1' } } }, 'Give less than 1.'],
    [
      'optimizer.learningRate',
      { optimizers: { sgd: { learningRate: 'a tenth' } } },
      'Give a number, such as 10 or 0.1.',
    ],
    ['optimizer.weightDecay', { optimizers: { sgd: { weightDecay: '-1' } } }, 'Give 0 or more.'],
    ['optimizer.beta2', { optimizer: 'adamw', optimizers: { adamw: { beta2: '1' } } }, 'Give less than 1.'],
    ['optimizer.epsilon', { optimizer: 'adamw', optimizers: { adamw: { epsilon: '0' } } }, 'Give more than 0.'],
    ['name', { name: ' ' }, 'Give it a name.'],
    ['name', { name: 'x'.repeat(201) }, 'Use at most 200 letters.'],
    ['seeds', { seeds: '1, 1' }, 'Seed 1 is named twice: leave one out.'],
    ['dataset', { dataset: 'absent' }, 'This data set is not here: choose another, or add it under Data sets.'],
    ['model.depth', denseNet('12', '4'), 'densenet-bc has no depth 12: use 6n + 4'],
    ['model.growth', denseNet('10', '0'), 'Give more than 0.'],
    ['train', { train: '60000', validation: '1' }, 'need 60001 images, but the training file has 60000'],
    ['test', { test: '10001' }, 'the test file has 10000 images'],
    ['batchSize', { train: '10', validation: '0', batchSize: '11' }, 'more than the 10 training images'],
  ] as const)('says what is wrong with %s: %j', (field, change, sentence) => {
    const { spec, errors } = read(change);
    expect(spec).toBeNull();
    expect(Object.keys(errors)).toEqual([field]);
    expect(errors[field]).toContain(sentence);
  });

  it('says what is wrong with policies and their schedule', () => {
    const { policies } = QUICK;
    const points: [number, number][] = [
      [0, 0.5],
      [0.5, 0.2],
      [1, 1],
    ];
    expect(read({ policies: { ...policies, curves: [{ ...CURVE, points }] } }).errors.policies).toContain(
      'never fall in r',
    );
    expect(read({ policies: { ...policies, scheduleSteps: '1.5' } }).errors).toEqual({
      scheduleSteps: 'Give a whole number.',
    });
  });

  it.each([
    ['warmupEpochs', { warmups: '0, 1.5' }, 'Give a whole number.'],
    [
      'warmupEpochs',
      { warmups: '4' },
      '4 epochs of warm-up are the whole run: give the run more epochs, or less warm-up.',
    ],
    ['curves', { curves: [{ ...CURVE, warmup: 'one' }] }, 'Give a number, such as 10 or 0.1.'],
    ['rules', { rules: [ruleOf({ kind: 'stepwise', ...{ start: '' } }, 1)] }, 'Give a number, such as 10 or 0.1.'],
    [
      'rules',
      { rules: [ruleOf({ kind: 'fixed', ...{ layers: 99 } }, 1)] },
      'The policy freezes 99 layers, but the network has only',
    ],
    [
      'rules',
      { rules: [ruleOf({ kind: 'fixed', ...{ until: 'layer9' } }, 1)] },
      'No layer’s name begins with “layer9”',
    ],
    ['rules', { rules: [ruleOf({ kind: 'fixed', ...{ layers: 2, share: 0.5 } }, 1)] }, 'Give exactly one of'],
    ['rules', { rules: [ruleOf({ kind: 'unfreeze', ...{ how: 'layer-by-layer', at: [3, 1] } }, 1)] }, 'Must not fall'],
    [
      'rules',
      { rules: [ruleOf({ kind: 'unfreeze', ...{ at: [99] } }, 1)] },
      'Layers would begin to train after 99 epochs',
    ],
    ['rules', { rules: [ruleOf({ kind: 'random-times', ...{ earliest: 2 } }, 1)] }, 'Must be above 0'],
  ] as const)('says what is wrong with %s: %j', (field, change, sentence) => {
    const { spec, errors } = read({ policies: { ...QUICK.policies, ...structuredClone(change) } as PolicyChoices });
    expect(spec).toBeNull();
    expect(Object.keys(errors)).toEqual([field]);
    expect(errors[field]).toContain(sentence);
  });

  it('finds nothing wrong with a rule of each kind, a drawn curve and warm-ups', () => {
    const rules = RULES.map(({ kind }, index) => newRule(kind, index + 1));
    const { spec, errors } = read({ policies: { ...QUICK.policies, rules, curves: [CURVE], warmups: '0, 3' } });
    expect(errors).toEqual({});
    expect(spec?.arms.slice(-1 - RULES.length).map((arm) => arm.kind)).toEqual([
      'freezeout',
      ...RULES.map(({ kind }) => kind),
    ]);
  });

  it('reads the rates of single layers, and says which do not fit', () => {
    const rates = { layerDecay: '0.75', factors: '', headFactor: '10' };
    expect(read({ rates }).spec?.base.rates).toEqual({ layerDecay: 0.75, headFactor: 10 });
    expect(read({}).spec?.base).not.toHaveProperty('rates');
    const errorsOf = (change: object) => read({ rates: { ...rates, ...change } }).errors;
    expect(errorsOf({ layerDecay: '2' })).toEqual({ layerDecay: 'Must be above 0 and at most 1.' });
    expect(errorsOf({ factors: '1, 2' })).toEqual({ factors: 'Give layerDecay or factors, not both.' });
    expect(errorsOf({ layerDecay: '', factors: '1, 2' }).factors).toMatch('rates has 2 factors, but the network has');
    expect(errorsOf({ headFactor: '0' }).headFactor).toMatch('Must be above 0');
  });

  it('says twice the same rule once', () => {
    const rules = [1, 2].map((id) => ruleOf({ kind: 'stepwise' }, id));
    expect(read({ policies: { ...QUICK.policies, rules } }).errors).toEqual({ policies: 'Names a policy twice.' });
  });

  it('says all that is wrong at once', () => {
    const optimizers = { sgd: { learningRate: '' } };
    const { errors } = read({ epochs: '', ...denseNet('12', '4'), test: '10001', batchSize: 'few', optimizers });
    const wrong = ['batchSize', 'epochs', 'model.depth', 'optimizer.learningRate', 'test'];
    expect(Object.keys(errors).sort()).toEqual(wrong);
  });

  it('says that a name is taken', () => {
    expect(read({ name: 'quick ' }, ['quick']).errors).toEqual({
      name: 'A study of this name is there already: choose another.',
    });
  });

  it('lists what is missing in the order of the form', () => {
    const { errors } = read({ epochs: '', name: '', seeds: '', ...denseNet('12', 'few') });
    const labels = lacksOf(errors, QUICK).map(({ label }) => label);
    expect(labels).toEqual(['Name', 'Growth rate', 'Seeds', 'Epochs']);
  });

  it('has a base to show as long as only other things are wrong', () => {
    expect(read({ seeds: '' }).base).not.toBeNull();
    expect(read({ epochs: '' }).base).toBeNull();
    expect(read({ train: '99999' }).base).toBeNull();
  });
});
