import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { leftOutText } from '#core/analysis/class-cost-words.ts';
import type { PredictionLookup } from '#core/analysis/class-costs.ts';
import { classCosts } from '#core/analysis/class-costs.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import { ARM, BASELINE, studyFixture } from '../../support/study-fixture.ts';

interface Costs {
  readonly images: number;
  /** Errors by seed and class. */
  readonly arm: readonly (readonly number[])[];
  readonly baseline: readonly (readonly number[])[];
  readonly mean: readonly number[];
  readonly ci: readonly (readonly [number, number])[];
  readonly p: readonly number[];
  readonly holm: readonly number[];
}

/** Written by SciPy and statsmodels: test/fixtures/classes/write_fixtures.py. */
const FIXTURES: { readonly costs: readonly Costs[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/classes/classes.json', import.meta.url), 'utf8'),
);

function studyOf(seeds: number) {
  const numbers = Array.from({ length: seeds }, (_, index) => index);
  const runs = numbers.map((seed) => ({ seed, testError: 0.1, trainingSeconds: 10 }));
  return studyFixture(
    [
      { arm: BASELINE, runs },
      { arm: ARM, runs },
    ],
    numbers,
  );
}

/** Wrong images are taken for the next class. */
function predictionsWith(errors: readonly number[], images: readonly number[]): Predictions {
  const predicted = errors.map((count, label): Record<string, number> => {
    const right = images[label] - count;
    return { ...(right > 0 && { [label]: right }), ...(count > 0 && { [(label + 1) % errors.length]: count }) };
  });
  const classNames = errors.map((_, label) => `class ${label}`);
  return { split: 'test', classNames, images: [...images], predicted, topFiveErrors: null };
}

interface Errors {
  readonly arm: readonly (readonly number[])[];
  readonly baseline: readonly (readonly number[])[];
  readonly images: readonly number[];
}

function lookup({ arm, baseline, images }: Errors): PredictionLookup {
  return (id) => {
    const [name, seed] = id.split('/');
    return predictionsWith((name === 'baseline' ? baseline : arm)[Number(seed)], images);
  };
}

describe('classCosts', () => {
  it.each(FIXTURES.costs)('agrees with SciPy and statsmodels on $images images a class', (fixture) => {
    const { arm, baseline, images, mean, ci, p, holm } = fixture;
    const errors = { arm, baseline, images: mean.map(() => images) };
    const [costs] = classCosts(studyOf(arm.length), lookup(errors)).arms;
    expect(costs.pairs).toBe(arm.length);
    for (const [index, { difference, outcome }] of costs.classes.entries()) {
      expect(difference?.mean).toBeCloseTo(mean[index], 9);
      expect(difference?.ci?.[0]).toBeCloseTo(ci[index][0], 9);
      expect(difference?.ci?.[1]).toBeCloseTo(ci[index][1], 9);
      expect(difference?.p).toBeCloseTo(p[index], 9);
      expect(difference?.holm).toBeCloseTo(holm[index], 9);
      expect(outcome).toBe(holm[index] > 0.05 ? 'not-shown' : mean[index] > 0 ? 'more' : 'fewer');
    }
  });

  it.each([1, 2])('shows nothing with %d seeds, however many images they differ by', (seeds) => {
    const rows = (errors: readonly number[]) => Array.from({ length: seeds }, () => errors);
    const errors = { arm: rows([9, 1]), baseline: rows([1, 1]), images: [10, 10] };
    const [first] = classCosts(studyOf(seeds), lookup(errors)).arms[0].classes;
    expect(first).toMatchObject({ outcome: 'not-shown', difference: { mean: 80, p: null, holm: null, pairs: seeds } });
  });

  it('takes seeds that differ by the same number of images for certain up to rounding only', () => {
    const errors = {
      arm: [
        [2, 1],
        [4, 1],
        [5, 3],
      ],
      baseline: [
        [1, 1],
        [3, 2],
        [4, 1],
      ],
      images: [7, 7],
    };
    const [first] = classCosts(studyOf(3), lookup(errors)).arms[0].classes;
    // One image of 7 in each seed: t = sqrt(6), p = 1 - sqrt(6 / 8), times the two classes; see statistics.test.ts.
    expect(first).toMatchObject({ outcome: 'not-shown', difference: { pairs: 3 } });
    expect(first.difference?.holm).toBeCloseTo(2 * (1 - Math.sqrt(0.75)), 9);
    expect(first.difference?.mean).toBeCloseTo(100 / 7, 12);
  });

  it('leaves classes without images out of the family', () => {
    const seeds = [0, 1, 2];
    const errors = { arm: seeds.map((seed) => [5 + seed, 0]), baseline: seeds.map(() => [1, 0]), images: [20, 0] };
    const [costs] = classCosts(studyOf(3), lookup(errors)).arms;
    expect(costs.classes[1]).toMatchObject({ difference: null, error: null, baselineError: null });
    expect(costs.classes[0].difference?.holm).toBe(costs.classes[0].difference?.p);
  });

  it('leaves out runs without predictions and runs that were tested on other images, and names them', () => {
    const errors = {
      arm: [
        [1, 2],
        [2, 3],
        [3, 4],
      ],
      baseline: [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
      images: [10, 10],
    };
    const all = lookup(errors);
    const some: PredictionLookup = (id) => {
      if (id === 'baseline/1') return null;
      const predictions = all(id);
      return id === 'cubic 0.5/2' && predictions !== null ? { ...predictions, images: [10, 11] } : predictions;
    };
    const costs = classCosts(studyOf(3), some);
    expect(costs).toMatchObject({ notCounted: ['baseline/1'], onOtherImages: ['cubic 0.5/2'] });
    expect(costs.arms[0].pairs).toBe(1);
    const none = classCosts(studyOf(3), () => null);
    expect(none.arms[0]).toMatchObject({ pairs: 0, classes: [], balancedAccuracy: null });
    expect(none.notCounted).toHaveLength(6);
  });

  it('names the runs on other data than the baseline, which the comparison does not pair', () => {
    const study = studyOf(3);
    const dataOf = (id: string) => ({ sha256: (id === 'cubic 0.5/2' ? 'b' : 'a').repeat(64), location: null });
    const all = { ...study, runs: study.runs.map((run) => ({ ...run, data: dataOf(run.id) })) };
    const costs = classCosts(all, () => predictionsWith([1, 2], [10, 10]));
    expect(costs).toMatchObject({ onOtherData: ['cubic 0.5/2'], notCounted: [], onOtherImages: [] });
    expect(costs.arms[0].pairs).toBe(2);
    expect(leftOutText(costs)).toEqual(["Left out: 1 run that is on other data than the study's baseline."]);
  });
});
