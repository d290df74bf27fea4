import { describe, expect, it } from 'vitest';
import { answerOfStudy } from '#core/analysis/answering-arm.ts';
import { placeArms, testArms } from '#core/analysis/comparison.ts';
import { pairArms } from '#core/analysis/paired-runs.ts';
import type { Policy } from '#core/policy/policy.ts';
import { armsOf } from '#core/study.ts';
import { studyFixture } from '../../support/study-fixture.ts';

/** t0 of a cubic policy, its cost in points and its saving in percent, seed by seed. */
type Effect = readonly [t0: number, points: readonly number[], percent: readonly number[]];

function answerOf(...effects: readonly Effect[]) {
  const policies = effects.map(([t0]): Policy => ({ kind: 'freezeout', shape: 'cubic', t0, scaled: true }));
  const seeds = (effects[0]?.[1] ?? [0]).map((_, index) => index + 1);
  const arms = armsOf(policies, false).map((arm, index) => {
    const [, points, percent] = index === 0 ? [0, [], []] : effects[index - 1];
    const runOf = (seed: number, place: number) => ({
      ...{ seed, testError: 0.1 + (points[place] ?? 0) / 100, trainingSeconds: 100 - (percent[place] ?? 0) },
    });
    return { arm, runs: seeds.map(runOf) };
  });
  const answer = answerOfStudy(placeArms(testArms(pairArms(studyFixture(arms, seeds)), 0.5)), 0.5);
  return answer && { state: answer.state, arm: answer.arm.name, isWithin: answer.isWithin };
}

const CHEAP: Effect = [0.8, [0.1, 0, 0.1, 0], [20, 21, 19, 20]];
const DEAR: Effect = [0.5, [3.9, 3.4, 4.4, 3.9], [42, 43, 41, 42]];

describe('the answer to what a study asks', () => {
  it('is the arm that is shown to save time within the margin, not the one that saves most at any cost', () => {
    expect(answerOf(DEAR, CHEAP)).toEqual({ state: 'shown', arm: 'cubic scaled 0.8', isWithin: true });
    const more: Effect = [0.7, [0.1, 0, 0.1, 0.05], [25, 26, 24, 25]];
    expect(answerOf(CHEAP, more, DEAR)).toEqual({ state: 'shown', arm: 'cubic scaled 0.7', isWithin: true });
  });

  it('is by the means alone where too few seeds have finished, and is then not shown', () => {
    expect(answerOf([0.8, [0.3], [20]], [0.5, [3.9], [42]])).toEqual({
      ...{ state: 'not-shown', arm: 'cubic scaled 0.8', isWithin: true },
    });
  });

  it('is no arm off the front: another saves as much at no more error', () => {
    const better: Effect = [0.7, [0, -0.2, 0.2, -0.1], [30, 31, 29, 30]];
    expect(answerOf(CHEAP, better)).toMatchObject({ arm: 'cubic scaled 0.7' });
  });

  it('names the arm that comes closest where none saves time within the margin by the means', () => {
    expect(answerOf([0.8, [0.9, 0.2, 1], [20, 21, 19]], [0.5, [3.9, 0.4, 4.4], [42, 43, 41]])).toEqual({
      ...{ state: 'not-shown', arm: 'cubic scaled 0.8', isWithin: false },
    });
  });

  it('is that no policy does, where each is shown to cost more than the margin or to take more time', () => {
    const late: Effect = [0.8, [0, 0.1, 0, 0.1], [-20, -21, -19, -20]];
    expect(answerOf(DEAR)).toEqual({ state: 'shown-not', arm: 'cubic scaled 0.5', isWithin: false });
    expect(answerOf(DEAR, late)).toMatchObject({ state: 'shown-not', isWithin: false });
    expect(answerOf(DEAR, [0.8, [0, 0.9, -0.4, 1], [20, 21, 19, 20]])?.state).toBe('not-shown');
  });

  it('is nothing before a pair has finished', () => {
    expect(answerOf()).toBeNull();
    expect(answerOf([0.8, [Number.NaN], [20]])).toBeNull();
  });
});
