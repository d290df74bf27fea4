import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '#core/policy/policy.ts';
import { policyName } from '#core/policy/policy.ts';
import { presetStudy } from '#core/presets/presets.ts';
import { runSpecSchema } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';
import { studySpecSchema } from '#core/study.ts';
import { readDraft } from '../../../src-renderer/lib/draft-reading.ts';
import {
  draftOf,
  networkDraft,
  optimizerDraft,
  studyDraftSchema,
  studyOfRun,
} from '../../../src-renderer/lib/study-draft.ts';

const DATASETS = [
  {
    ...{ name: 'shapes', training: 1000, test: 200, validation: 0, height: 32, width: 32, channels: 3, classes: 10 },
    location: { kind: 'idx', path: '/shapes', classes: 10 } as const,
    sha256: null,
  },
];

function read(spec: StudySpec) {
  const draft = draftOf(spec);
  return readDraft(draft, { datasets: DATASETS, takenNames: new Set(), name: draft.name });
}

const byName = (policies: readonly Policy[]) => [...policies].sort((a, b) => (policyName(a) < policyName(b) ? -1 : 1));

const t0 = fc.integer({ min: 1, max: 1000 }).map((thousandths) => thousandths / 1000);
const share = fc.integer({ min: 1, max: 499 }).map((thousandths) => thousandths / 1000);
const warmUp = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
const warmed = (epochs: number | undefined) => (epochs === undefined ? {} : { warmupEpochs: epochs });
const scheduleSteps = fc.option(fc.integer({ min: 1, max: 1e6 }), { nil: undefined });
const optional = (steps: number | undefined) => (steps === undefined ? {} : { scheduleSteps: steps });
const policies = fc.uniqueArray(
  fc.oneof(
    fc
      .record({
        shape: fc.constantFrom('linear', 'squared', 'cubic'),
        t0,
        scaled: fc.boolean(),
        steps: scheduleSteps,
        warmUp,
      })
      .map(({ steps, warmUp: epochs, ...rest }): Policy => {
        return { kind: 'freezeout', ...rest, ...optional(steps), ...warmed(epochs) };
      }),
    fc.record({ r0: t0, scaled: fc.boolean(), steps: scheduleSteps, warmUp }).map((drawn): Policy => {
      const { r0, scaled, steps } = drawn;
      const points: [number, number][] = [
        [0, r0],
        [1, 1],
      ];
      // The form names a curve that has no name.
      const name = `from ${r0}`;
      return { kind: 'freezeout', shape: 'curve', points, name, scaled, ...optional(steps), ...warmed(drawn.warmUp) };
    }),
    fc.record({ kind: fc.constant('stepwise' as const), start: share, level: t0 }),
    fc.record({
      kind: fc.constant('gradient-norm' as const),
      interval: share,
      percentile: fc.integer({ min: 0, max: 100 }),
    }),
    fc.record({
      ...{ kind: fc.constant('random-times' as const), draw: fc.nat(1000), earliest: share, scaled: fc.boolean() },
    }),
  ),
  { maxLength: 8, selector: policyName },
);
const model = fc.oneof(
  fc.constant({ kind: 'densenet-bc', depth: 16, growth: 5 } as const),
  fc.boolean().map((skip) => ({ kind: 'wide-resnet', depth: 10, width: 2, skip }) as const),
  fc.constant({ kind: 'vgg', depth: 16, dropout: 0.25 } as const),
);
const optimizerNumbers = {
  learningRate: fc.double({ min: 1e-9, max: 10, noNaN: true, minExcluded: true }),
  weightDecay: fc.double({ min: 0, max: 1, noNaN: true }),
  noDecay: fc.constantFrom('none', 'norms-and-biases'),
};
const studies = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 200 }).filter((name) => name.trim().length > 0),
    arms: policies,
    seeds: fc.uniqueArray(fc.nat(100), { minLength: 1, maxLength: 5 }),
    equalTimeBaseline: fc.boolean(),
    base: fc.record(
      {
        dataset: fc.constantFrom<StudySpec['base']['dataset']>('shapes', { kind: 'cifar10', path: '/cifar' }),
        model,
        // More than any warm-up.
        epochs: fc.integer({ min: 10, max: 100_000 }),
        batchSize: fc.integer({ min: 1, max: 100 }),
        train: fc.integer({ min: 100, max: 900 }),
        validation: fc.integer({ min: 1, max: 100 }),
        test: fc.integer({ min: 1, max: 200 }),
        augment: fc.constantFrom('none', 'crop-flip', 'random-resized-crop'),
        input: fc.constantFrom({ size: 32 }, { channels: 3 as const }, { size: 32, channels: 3 as const }),
        normalization: fc.constantFrom('data', { mean: [0.25, 0.5, 0.125], std: [0.5, 1, 0.1] }),
        shuffle: fc.boolean(),
        weights: fc.constant({ path: '/w.safetensors', names: 'lab', head: 'keep' } as const),
        labelSmoothing: fc.constant(0.1),
        precision: fc.constantFrom('tf32', 'bf16'),
        earlyEnd: fc.record({ patience: fc.integer({ min: 1, max: 9 }), weights: fc.constantFrom('best', 'last') }),
        optimizer: fc.oneof(
          fc.record({
            ...optimizerNumbers,
            momentum: fc.double({ min: 0, max: 0.999, noNaN: true }),
            nesterov: fc.boolean(),
          }),
          fc.record({ ...optimizerNumbers, kind: fc.constant('adamw'), beta1: t0.map((value) => value / 2) }),
        ),
      },
      { requiredKeys: ['dataset', 'model', 'epochs', 'batchSize', 'augment', 'shuffle', 'optimizer'] },
    ),
  })
  .map((study) => studySpecSchema.parse(study));

describe('a draft', () => {
  it('reads as the spec that it was made of, whichever that is', () => {
    fc.assert(
      fc.property(studies, (spec) => {
        const { spec: again, errors } = read(spec);
        expect(errors).toEqual({});
        expect({ ...again, arms: byName(again?.arms ?? []) }).toEqual({ ...spec, arms: byName(spec.arms) });
      }),
    );
  });

  it('is the same after it was kept as JSON', () => {
    fc.assert(
      fc.property(studies, (spec) => {
        const draft = draftOf(spec);
        expect(studyDraftSchema.parse(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
      }),
    );
  });

  it('keeps what is no number yet', () => {
    const draft = { ...draftOf(presetStudy('quick')), epochs: 'ten', name: '' };
    expect(studyDraftSchema.parse(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
  });

  it('begins at the defaults for a network for which nothing was typed, and for a field that a kept draft lacks', () => {
    const draft = draftOf(presetStudy('quick'));
    expect(networkDraft({ ...draft, model: 'wide-resnet' })).toEqual({ depth: '40', width: '4', skip: true });
    expect(networkDraft({ ...draft, networks: { [draft.model]: { depth: '22' } } })).toEqual({
      depth: '22',
      growth: '12',
    });
  });

  it('of version 0.1.0 keeps what was typed for the optimizer', () => {
    const { optimizer: _, optimizers: __, ...old } = draftOf(presetStudy('quick'));
    const typed = { learningRate: '0.0', momentum: '0.5', nesterov: false, weightDecay: 'much' };
    const draft = studyDraftSchema.parse({ ...old, ...typed });
    expect(draft).toMatchObject({ optimizer: 'sgd', optimizers: { sgd: typed } });
    expect(optimizerDraft(draft)).toEqual({ ...typed, noDecay: 'none', clipNorm: '' });
  });

  it.each([
    ['/w.safetensors', { path: '/w.safetensors', names: 'lab', head: 'keep' }],
    [null, null],
  ])('of version 0.1.0 that began with %j keeps that', (initialWeights, weights) => {
    const { weights: _, ...old } = draftOf(presetStudy('quick'));
    expect(studyDraftSchema.parse({ ...old, initialWeights })).toEqual({ ...old, weights });
  });

  it('of a run has its policy as the one arm and its seed as the one seed', () => {
    const run = runSpecSchema.parse({
      ...{ dataset: 'shapes', model: { kind: 'densenet-bc' }, epochs: 3, seed: 7, steps: 50 },
      policy: { kind: 'freezeout', shape: 'cubic' },
    });
    const { spec } = read(studyOfRun('copy', run));
    expect(spec).toMatchObject({ name: 'copy', seeds: [7], arms: [{ shape: 'cubic', t0: 0.8, scaled: true }] });
    expect(spec?.base).not.toHaveProperty('steps');
    expect(studyOfRun('copy', { ...run, policy: { kind: 'none' } }).arms).toEqual([]);
  });
});
