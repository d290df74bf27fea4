import { describe, expect, it } from 'vitest';
import { policyName } from '#core/policy/policy.ts';
import type { FineTuningChoice } from '#core/presets/preset.ts';
import { chosenStudy, presetStudies, presetStudy } from '#core/presets/presets.ts';
import { runSpecOf } from '#core/study.ts';
import { planRun } from '#core/training/run-planning.ts';

const IMAGES = { training: 1_000, test: 500, validation: 0, height: 64, width: 64, channels: 3, classes: 5 };

const CHOICE: FineTuningChoice = {
  dataset: 'flowers',
  images: IMAGES,
  model: { kind: 'resnet', depth: 18, stem: 'imagenet' },
  weights: { path: '/weights/resnet18.safetensors', head: 'new' },
};

function study(changes: Partial<FineTuningChoice> = {}) {
  return chosenStudy('how-many-layers', { ...CHOICE, ...changes });
}

describe('how-many-layers', () => {
  it('compares depths, FreezeOut and the head first, each with training less, over three seeds', () => {
    const { name, arms, seeds, equalTimeBaseline, margin } = study({ epochs: 6 });
    expect(name).toBe('how-many-layers, ResNet-18 on flowers, 6 epochs');
    expect(arms.map(policyName)).toEqual([
      ...['fixed 0.25', 'fixed 0.5', 'fixed 0.75', 'fixed 1'],
      ...['cubic scaled 0.5', 'cubic scaled 0.8', 'unfreeze all after 2'],
    ]);
    expect({ seeds, equalTimeBaseline, margin }).toEqual({ seeds: [1, 2, 3], equalTimeBaseline: true, margin: 1 });
  });

  it('freezes a quarter, half, three quarters and all of the nine layers before the head', () => {
    const { base, arms } = study();
    const frozen = arms.slice(0, 4).map((policy) => {
      const { layers } = planRun(runSpecOf(base, { policy }, { seed: 1, steps: null }), IMAGES);
      return layers.filter(({ freezeStep }) => freezeStep === 0).length;
    });
    // 2.25, 4.5, 6.75 and 9, to the nearest.
    expect(frozen).toEqual([2, 5, 7, 9]);
  });

  it('trains fewer epochs on more images, in batches that leave an epoch some steps', () => {
    const shape = (training: number) => {
      const { base } = study({ images: { ...IMAGES, training } });
      return [base.epochs, base.batchSize];
    };
    expect([60, 400, 5_000, 100_000].map(shape)).toEqual([
      [30, 4],
      [30, 20],
      [10, 32],
      [5, 32],
    ]);
    // One epoch has no room for a head that trains first.
    expect(study({ epochs: 1 }).arms).toHaveLength(6);
  });

  it('reads images as published weights expect them, or as the run did that made them', () => {
    expect(study().base).toMatchObject({
      normalization: 'imagenet',
      augment: 'crop-flip',
      ...{ weights: CHOICE.weights },
    });
    expect(study().base.input).toBeUndefined();
    expect(study({ images: { ...IMAGES, channels: 1 } }).base.input).toEqual({ channels: 3 });
    expect(study({ images: { ...IMAGES, height: 96, width: 128 } }).base.augment).toBe('random-resized-crop');
    const own = study({ reading: { input: { size: 32 }, normalization: undefined } }).base;
    expect(own.input).toEqual({ size: 32 });
    expect(own.normalization).toBeUndefined();
  });

  it('needs data and weights, which its small form brings', () => {
    expect(() => presetStudies('how-many-layers')).toThrow('is about your data: give --dataset and --weights');
    expect(() => chosenStudy('quick', CHOICE)).toThrow('has data of its own');
    const { arms, base } = presetStudy('how-many-layers-mini');
    expect(arms).toHaveLength(7);
    expect(base.dataset).toBe('fashion-mnist');
  });
});
