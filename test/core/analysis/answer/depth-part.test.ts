import { describe, expect, it } from 'vitest';
import { answerStudies } from '#core/analysis/answer/answer-studies.ts';
import { depthPart, depthsOf, recommendedDepth } from '#core/analysis/answer/depth-part.ts';
import { compareStudy } from '#core/analysis/comparison.ts';
import type { Policy } from '#core/policy/policy.ts';
import { armsOf } from '#core/study.ts';
import { simulateRecommendations } from '../../../support/simulated-claims.ts';
import { studyFixture } from '../../../support/study-fixture.ts';

const SEEDS = [1, 2, 3];
/** Scatter of a run, in points, by seed: small, and another one for each arm. */
const scatterOf = (place: number, seed: number) => 0.01 * (((place + 2) * seed) % 3);

/** What freezing so many of nine layers costs in points, and of 100 s takes. */
interface Effect {
  readonly layers: number;
  readonly points: number;
  readonly seconds: number;
  /** What training less for as long costs. */
  readonly lessTraining: number;
}

function answered(effects: readonly Effect[], { seeds = SEEDS, noise = 1 } = {}) {
  const policies = effects.map(({ layers }): Policy => ({ kind: 'fixed', layers, frozenBatchNorm: 'frozen' }));
  const arms = armsOf(policies, true).map((arm, place) => {
    const effect = effects[Math.ceil(place / 2) - 1];
    const { points = 0, seconds = 100, lessTraining = 0 } = effect ?? {};
    const cost = arm.role === 'equal-time' ? lessTraining : points;
    const runs = seeds.map((seed) => ({
      seed,
      testError: (10 + cost + noise * scatterOf(place, seed)) / 100,
      trainingSeconds: seconds + 0.1 * scatterOf(place + 1, seed),
    }));
    return { arm, runs };
  });
  const study = { ...studyFixture(arms, seeds), name: 'depths' };
  const frozen = (arm: string | null) => effects.find(({ layers }) => arm === `fixed ${layers} layers`)?.layers ?? 0;
  const runs = study.runs.map((run) => ({ ...run, layerCount: 10, frozenLayers: frozen(run.arm) }));
  return { study: { ...study, runs }, comparison: compareStudy({ ...study, runs }) };
}

const SHALLOW: Effect = { layers: 3, points: 0, seconds: 80, lessTraining: 1 };
const MIDDLE: Effect = { layers: 6, points: 0.1, seconds: 60, lessTraining: 1 };
const HEAD_ALONE: Effect = { layers: 9, points: 8, seconds: 40, lessTraining: 2 };

function recommendationOf(effects: readonly Effect[], options = {}) {
  const [first] = depthPart(answered(effects, options)).findings;
  return first;
}

describe('the recommended number of layers', () => {
  it('is the one that saves most among those that are shown to save time within the margin', () => {
    const { lead, text, status } = recommendationOf([HEAD_ALONE, SHALLOW, MIDDLE]);
    expect(lead).toBe('Freeze the first 6 of 10 layers.');
    expect(status).toBe('shown');
    expect(text).toMatch(
      /^Freeze 6 of 9 layers before the head \(fixed 6 layers\): it saves 40\.0 % of the training time/,
    );
    expect(text).toContain('costs less than 0.5 points (error +0.1');
    expect(text).toContain('It is shown better than training less: −0.9');
    expect(text).toContain('Of more layers, freezing 9 is shown to cost more than 0.5 points.');
  });

  it('says rather to train less where that is shown better', () => {
    const { lead, text } = recommendationOf([{ ...MIDDLE, points: 0.3, lessTraining: 0 }]);
    expect(lead).toBe('Freeze nothing; train for less time.');
    expect(text).toMatch(/^Train all layers for less time: freezing 6 of 9 layers before the head saves 40\.0 %/);
    expect(text).toContain('but training less is shown better than it: +0.29 points against full training for as long');
  });

  it('is none where every depth is shown to cost more than the margin', () => {
    const { lead, text, status } = recommendationOf([{ ...MIDDLE, points: 3 }, HEAD_ALONE]);
    expect({ lead, text, status }).toEqual({
      lead: 'Freeze nothing from the start.',
      text: 'Freeze no layers from the start: every depth that was tried is shown to cost more than 0.5 points or to take more time.',
      status: 'shown',
    });
  });

  it('is open where nothing is shown, with the seeds that would settle it', () => {
    const found = recommendationOf([{ ...MIDDLE, points: 0.4 }], { noise: 60 });
    expect(found.status).toBe('not-shown');
    expect(found.lead).toBe(
      'Not decided yet: so far it looks like the first 6 of 10 layers, but that may be chance. More seeds can decide it.',
    );
    expect(found.text).toMatch(
      /^No number of layers is shown to save time at a cost of less than 0\.5 points\. By the means 6 of 9/,
    );
    expect(found.text).toMatch(/about \d+ seeds would settle a difference like this\.$/);
    for (const [seeds, few] of [
      [[1], 'one seed cannot show anything; add at least two.'],
      [[1, 2], 'two seeds cannot show anything; add at least one.'],
    ] as const) {
      const found = recommendationOf([MIDDLE], { seeds });
      expect(found.status).toBe('not-shown');
      expect(found.text).toContain(few);
    }
  });
});

describe('each depth', () => {
  it('has its own finding, the fewest layers first, and the head alone is named', () => {
    const texts = depthPart(answered([HEAD_ALONE, SHALLOW]))
      .findings.slice(1)
      .map(({ text }) => text);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(
      /^Freezing 3 of 9 layers before the head saves 20\.0 %.* costs less than 0\.5 points: shown/,
    );
    expect(texts[1]).toMatch(/^Freezing 9 of 9 layers before the head, all but the head, saves 60\.0 %/);
    expect(texts[1]).toContain('costs more than 0.5 points: shown, so training the head alone is not enough');
  });

  it('is no policy that freezes as it goes, and a study without depths has no such part', () => {
    const { study, comparison } = answered([MIDDLE]);
    const others = {
      study,
      comparison: { ...comparison, arms: comparison.arms.filter(({ role }) => role !== 'policy') },
    };
    expect(depthsOf(others)).toBeNull();
    expect(depthPart(others)).toEqual({ findings: [], undecided: [] });
  });
});

describe('the answer of a study over depths', () => {
  it('has the recommendation first, under its own question', () => {
    const { question, findings } = answerStudies([answered([SHALLOW, MIDDLE])]);
    expect(question).toBe('How many layers can be frozen from the start, and what does that save and cost?');
    expect(findings[0].topic).toBe('How many layers to freeze');
    // Depths that differ among each other say nothing that the recommendation does not.
    expect(findings.map(({ topic }) => topic)).not.toContain('Policies against each other');
  });

  it('recommends what the comparison claims, no more', () => {
    const found = depthsOf(answered([SHALLOW, MIDDLE, HEAD_ALONE]));
    expect(found?.freezable).toBe(9);
    const best = found === null ? null : recommendedDepth(found);
    expect(best?.frozenLayers).toBe(6);
    expect(best?.arm.nonInferiority?.holds).toBe(true);
  });
});

describe('in simulated studies', () => {
  const STUDIES = 400;
  /** Four standard errors above 5 %: a sound rule fails one such test in 30,000. */
  const MOST = 0.05 + 4 * Math.sqrt((0.05 * 0.95) / STUDIES);

  it.each([3, 5])('a depth that costs the margin is recommended in 5 % at most with %i seeds', (seeds) => {
    const share = simulateRecommendations({ scatter: 'normal', arms: 7, seeds, studies: STUDIES });
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThanOrEqual(MOST);
  });
});
