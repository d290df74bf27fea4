import { describe, expect, it } from 'vitest';
import { presetStudy } from '#core/presets/presets.ts';
import { planRun } from '#core/training/run-planning.ts';
import { choicesOf, chosenPolicies } from '../../../src-renderer/lib/policy-choices.ts';
import {
  estimatePreview,
  networkSizes,
  paceKey,
  previewStudy,
  timesAsFast,
} from '../../../src-renderer/lib/study-preview.ts';
import { measurementOf } from '../../support/measurement.ts';

const IMAGES = { training: 60_000, test: 10_000, validation: 0, height: 28, width: 28, channels: 1, classes: 10 };
const { base, arms } = presetStudy('quick');
const STUDY = { base, policies: chosenPolicies(choicesOf(arms)), equalTimeBaseline: true };

describe('the preview of a study', () => {
  const preview = previewStudy(STUDY, IMAGES);
  if (preview === null) throw new Error('The quick study has no preview.');

  it('shows the arms as they would be stored', () => {
    expect(preview.arms.map(({ role }) => role)).toEqual([
      'baseline',
      ...Array(3).fill(['policy', 'equal-time']).flat(),
    ]);
    expect(preview.stepsPerEpoch).toBe(200);
    const cubic = preview.arms.find((arm) => arm.name === 'cubic scaled 0.5');
    const run = planRun({ ...base, policy: arms[0], seed: 1 }, IMAGES);
    expect(cubic).toMatchObject({ steps: 800, computeSaved: run.computeSaved, layers: run.layers });
    expect(preview.steps).toBe(preview.arms.reduce((sum, arm) => sum + arm.steps, 0));
  });

  it('marks the start rates that are dangerously high, and no others', () => {
    const marked = preview.arms.filter((arm) => arm.highStart !== null);
    expect(marked.map((arm) => arm.name)).toEqual(['cubic scaled 0.5']);
    expect(marked[0].highStart?.factor).toBeCloseTo(8, 9);
  });

  it('says what taking an arm out would be', () => {
    expect(preview.arms[0].choice).toBeNull();
    expect(preview.arms[1].choice?.source.kind).toBe('combination');
    expect(preview.arms[2].choice).toBeNull();
  });

  it('estimates every arm and the whole, in one unit', () => {
    const measured = measurementOf(50);
    const one = estimatePreview(preview, { base, seeds: [1], images: IMAGES }, measured);
    const baseline = one.runs.get('baseline');
    expect(baseline?.training).toBeCloseTo(800 * 0.05, 9);
    expect(one.seconds).toBeCloseTo(
      [...one.runs.values()].reduce((sum, run) => sum + run.total, 0),
      9,
    );
    expect(estimatePreview(preview, { base, seeds: [1, 2, 3], images: IMAGES }, measured).seconds).toBeCloseTo(
      3 * one.seconds,
      6,
    );
  });

  it('is none while something does not fit', () => {
    expect(previewStudy({ ...STUDY, base: { ...base, train: 99_999 } }, IMAGES)).toBeNull();
  });
});

it('counts layers and parameters of a network, or says that there is none', () => {
  // DenseNet-BC 76 has 40 layers (research/freezeout.md 1.2)
  expect(networkSizes({ kind: 'densenet-bc', depth: 76, growth: 12 }, IMAGES, IMAGES.classes)?.layers).toBe(40);
  expect(networkSizes({ kind: 'densenet-bc', depth: 75, growth: 12 }, IMAGES, IMAGES.classes)).toBeNull();
});

it('says 20 % saved as 1.25 times as fast', () => {
  expect(timesAsFast(0.2)).toBeCloseTo(1.25, 12);
});

it('keeps a pace for what it depends on', () => {
  const key = paceKey(base, IMAGES);
  expect(paceKey({ ...base, epochs: 99, train: 5 }, { ...IMAGES, training: 7 })).toBe(key);
  expect(paceKey({ ...base, batchSize: 64 }, IMAGES)).not.toBe(key);
  expect(paceKey({ ...base, precision: 'bf16' }, IMAGES)).not.toBe(key);
  expect(paceKey(base, { ...IMAGES, height: 32 })).not.toBe(key);
  // Checkpoints that hold the best weights too take longer.
  expect(paceKey({ ...base, earlyEnd: { patience: 3, weights: 'last' } }, IMAGES)).toBe(key);
  expect(paceKey({ ...base, earlyEnd: { patience: 3, weights: 'best' } }, IMAGES)).not.toBe(key);
});
