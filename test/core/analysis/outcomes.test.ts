import { describe, expect, it } from 'vitest';
import { claimsOf } from '#core/analysis/claims.ts';
import { testArms } from '#core/analysis/comparison.ts';
import { outcomeCell } from '#core/analysis/outcome-words.ts';
import { outcomesOf } from '#core/analysis/outcomes.ts';
import { pairArms } from '#core/analysis/paired-runs.ts';
import type { Policy } from '#core/policy/policy.ts';
import { armsOf } from '#core/study.ts';
import { studyFixture } from '../../support/study-fixture.ts';

const CUBIC: Policy = { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true };
const LINEAR: Policy = { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: true };

/** What an arm costs against the baseline and against its equal-time baseline, in points seed by seed, and its seconds of 100. */
interface Effect {
  readonly policy: Policy;
  readonly points: readonly number[];
  readonly toControl: readonly number[];
  readonly seconds?: readonly number[];
  readonly controlSeconds?: readonly number[];
}

/** The policy arms of a study whose baseline errs by 10 % in 100 s. */
function tested(effects: readonly Effect[]) {
  const seeds = effects[0].points.map((_, index) => index + 1);
  const arms = armsOf(
    effects.map(({ policy }) => policy),
    true,
  ).map((arm, index) => {
    const effect = effects[Math.max(0, Math.floor((index - 1) / 2))];
    const runs = seeds.map((seed, place) => {
      if (arm.role === 'baseline') return { seed, testError: 0.1, trainingSeconds: 100 };
      const { points, toControl, seconds = [], controlSeconds = [] } = effect;
      const own = 10 + points[place];
      const isControl = arm.role === 'equal-time';
      const testError = (isControl ? own - toControl[place] : own) / 100;
      return { seed, testError, trainingSeconds: (isControl ? controlSeconds[place] : seconds[place]) ?? 80 + place };
    });
    return { arm, runs };
  });
  return testArms(pairArms(studyFixture(arms, seeds)), 0.5).filter(({ role }) => role === 'policy');
}

const states = (effect: Effect) =>
  Object.fromEntries(outcomesOf(tested([effect])[0]).map((one) => [one.question, one.state]));

const NOTHING: Effect = { policy: CUBIC, points: [0.5, -0.5, 0.1], toControl: [0.4, -0.2, -0.3] };

describe('the outcomes of an arm', () => {
  it('are three for every question, and "not shown" is neither of the others', () => {
    expect(states({ ...NOTHING, seconds: [101, 98, 100] })).toEqual({
      time: 'not-shown',
      accuracy: 'not-shown',
      margin: 'not-shown',
      'less-training': 'not-shown',
    });
    expect(states({ ...NOTHING, points: [-1, -1.1, -1.2], toControl: [-1, -1.1, -1.2] })).toEqual({
      time: 'shown-better',
      accuracy: 'shown-better',
      margin: 'shown-better',
      'less-training': 'shown-better',
    });
    const worse = { points: [2, 2.1, 2.2], toControl: [1, 1.1, 1.2], seconds: [120, 121, 122] };
    expect(states({ ...NOTHING, ...worse, controlSeconds: [120, 121, 122] })).toEqual({
      time: 'shown-not-better',
      accuracy: 'shown-not-better',
      margin: 'shown-not-better',
      'less-training': 'shown-not-better',
    });
  });

  it.each([1, 2])('are not shown with n = %d, however far the mean lies', (seeds) => {
    const points = Array<number>(seeds).fill(-1.22);
    const [arm] = tested([{ policy: CUBIC, points, toControl: points }]);
    expect(outcomesOf(arm).map(outcomeCell)).toEqual(Array(4).fill(`not shown (n = ${seeds}, at least 3 needed)`));
    expect(claimsOf(arm).claims).toEqual([]);
  });

  it('say how many seeds would settle them, on the side of the mean', () => {
    const [{ againstEqualTime, nonInferiority }] = tested([
      { ...NOTHING, points: [1, 0.2, 0.7], toControl: [0.4, -0.2, 0.3] },
    ]);
    const outcomes = outcomesOf(tested([{ ...NOTHING, points: [1, 0.2, 0.7], toControl: [0.4, -0.2, 0.3] }])[0]);
    const seedsOf = (question: string) => outcomes.find((one) => one.question === question)?.seedsNeeded;
    expect(seedsOf('less-training')).toBe(againstEqualTime?.notBetter?.seedsNeeded);
    expect(seedsOf('margin')).toBe(nonInferiority?.worse.seedsNeeded);
    expect(Number(seedsOf('less-training'))).toBeGreaterThan(3);
    expect(Number(seedsOf('margin'))).toBeGreaterThan(3);
  });
});

/** SciPy 1.17.1: t.sf((mean - null) / sqrt(s^2 / n + u^2), n - 1), u of two counts of 10,000 images; p times the arms that Holm counts. */
describe('the tests of the other side', () => {
  it('have SciPy’s p of more errors than training less, adjusted over the arms with such a baseline', () => {
    const [cubic, linear] = tested([
      { policy: CUBIC, points: [1, 1, 1], toControl: [1.1, 0.9, 1.2] },
      { policy: LINEAR, points: [1, 1, 1], toControl: [0.4, -0.2, 0.6] },
    ]);
    expect(cubic.againstEqualTime?.notBetter).toMatchObject({
      p: expect.closeTo(0.0033904921907613123, 9),
      holm: expect.closeTo(0.006780984381522625, 9),
      ...{ hadItsTime: true, holds: true, seedsNeeded: null },
    });
    expect(linear.againstEqualTime?.notBetter).toMatchObject({
      p: expect.closeTo(0.1914208505557108, 9),
      holm: expect.closeTo(0.1914208505557108, 9),
      holds: false,
    });
    expect(claimsOf(cubic).claims).toContainEqual({
      kind: 'not-better-than-less-training',
      p: cubic.againstEqualTime?.notBetter?.p,
      holm: cubic.againstEqualTime?.notBetter?.holm,
    });
    expect(claimsOf(cubic).undecided.map(({ kind }) => kind)).not.toContain('better-than-less-training');
  });

  it('have SciPy’s p of costing more than the margin, adjusted over the policies, and its lower bound', () => {
    const [cubic, linear] = tested([
      { policy: CUBIC, points: [1, 1.1, 1.2, 1], toControl: [0, 0.1, 0, 0.1] },
      { policy: LINEAR, points: [0.1, 0, 0.1, 0], toControl: [0, 0.1, 0, 0.1] },
    ]);
    expect(cubic.nonInferiority?.worse).toEqual({
      p: expect.closeTo(0.0006274450425529459, 9),
      holm: expect.closeTo(0.0012548900851058918, 9),
      ...{ holds: true, seedsNeeded: null },
    });
    expect(cubic.nonInferiority?.lower).toBeCloseTo(0.9619323768201583, 9);
    expect(linear.nonInferiority?.worse.p).toBeCloseTo(0.9997046019868854, 9);
    expect(linear.nonInferiority?.holds).toBe(true);
    expect(claimsOf(cubic).claims.map(({ kind }) => kind)).toContain('worse-than-margin');
  });

  it('do not blame an arm for errors that it may owe to having had less time than its control', () => {
    const toControl = [1, 1.1, 1.2];
    const [early] = tested([{ policy: CUBIC, points: [1, 1, 1], toControl, controlSeconds: [90, 91, 92] }]);
    expect(early.againstEqualTime?.notBetter).toMatchObject({ hadItsTime: false, holds: false });
    expect(states({ policy: CUBIC, points: [1, 1, 1], toControl, controlSeconds: [90, 91, 92] })['less-training']).toBe(
      'not-shown',
    );
  });
});
