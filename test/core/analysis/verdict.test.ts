import { describe, expect, it } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import { armsOf } from '#core/study.ts';
import type { ArmSketch, RunSketch } from '../../support/study-fixture.ts';
import { studyFixture } from '../../support/study-fixture.ts';

const [baseline, cubic, cubicEqualTime] = armsOf([{ kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true }], true);
const SEEDS = [1, 2, 3];

/** Runs of the seeds 1, 2, ... with these errors, in points, and training seconds. */
function runs(errors: readonly number[], seconds: readonly number[]): RunSketch[] {
  return errors.map((error, index) => ({
    seed: index + 1,
    testError: error / 100,
    trainingSeconds: seconds[index],
  }));
}

const BASELINE: ArmSketch = { arm: baseline, runs: runs([10, 8, 12], [100, 200, 400]) };
/** Saves 20, 25 and 20 %, costs 1, 1 and 0 points. */
const CUBIC: ArmSketch = { arm: cubic, runs: runs([11, 9, 12], [80, 150, 320]) };

function verdicts(arms: readonly ArmSketch[], seeds = SEEDS) {
  return compareStudy(studyFixture(arms, seeds)).verdicts;
}

describe('a verdict', () => {
  it('says what was measured, how sure that is, and claims only what holds', () => {
    const [verdict] = verdicts([BASELINE, CUBIC]);
    // t is 13 for the saving, 2 for the error: p 0.0060 with the seconds' rounding, and 0.18. (t(0.975, 7) + t(0.8, 7)) 0.577 / sqrt(8) = 0.6656 < 0.6667. No bound of 0.67 points lies below 0.5.
    expect(verdict.claims).toEqual([{ kind: 'faster', p: expect.closeTo(0.006, 4), holm: expect.closeTo(0.006, 4) }]);
    expect(verdict.undecided).toEqual([
      { kind: 'worse', seedsNeeded: 8 },
      { kind: 'not-worse', seedsNeeded: 77 },
    ]);
    expect(verdict.outcomes).toEqual([
      { question: 'time', state: 'shown-better', pairs: 3, seedsNeeded: null },
      { question: 'accuracy', state: 'not-shown', pairs: 3, seedsNeeded: 8 },
      { question: 'margin', state: 'not-shown', pairs: 3, seedsNeeded: 77 },
    ]);
    expect(verdict.text).toBe(
      'Saved 21.7 % of the time (95 % interval 14.4 % to 28.9 %, n = 3): less time is shown (Holm p 0.006; exact sign-flip p 0.25, ' +
        'least possible 0.25). Error +0.67 points (−0.77 to +2.10), relative +7.5 % (−8.9 % to +23.9 %): not shown ' +
        'whether it changes the accuracy (Holm p 0.18; exact sign-flip p 0.50, least possible 0.25); about 8 seeds ' +
        'would settle a difference like this. Not worse than 0.50 points: not shown (upper bound +1.64, Holm p 0.67); ' +
        'about 77 seeds would settle a difference like this.',
    );
  });

  it('says that one seed shows nothing, and claims nothing', () => {
    const [verdict] = verdicts([BASELINE, { ...CUBIC, runs: runs([9], [110]) }]);
    expect(verdict.claims).toEqual([]);
    expect(verdict.text).toBe(
      'Saved −10.0 % of the time (n = 1): not shown whether it changes the time, since one seed cannot show anything; add ' +
        'at least two. Error −1.00 points, relative −10.0 %: not shown whether it changes the accuracy, since one seed ' +
        'cannot show anything; add at least two. 2 of 3 runs not finished.',
    );
  });

  it('claims nothing of two seeds, however equal they are', () => {
    const pair: ArmSketch = { arm: cubic, runs: runs([11, 9], [80, 160]) };
    const control: ArmSketch = { arm: cubicEqualTime, runs: runs([12, 10], [80, 160]) };
    const [verdict] = verdicts([{ ...BASELINE, runs: BASELINE.runs.slice(0, 2) }, pair, control], [1, 2]);
    expect(verdict.claims).toEqual([]);
    expect(verdict.outcomes.map(({ state, seedsNeeded }) => [state, seedsNeeded])).toEqual(
      Array(4).fill(['not-shown', null]),
    );
    expect(verdict.text.match(/two seeds cannot show anything; add at least one/g)).toHaveLength(3);
    expect(verdict.text).not.toContain('Holm');
  });

  it('claims that an arm is slower, or worse, only where that is so', () => {
    const worse: ArmSketch = { arm: cubic, runs: runs([13, 11.1, 14.9], [110, 221, 441]) };
    const [{ claims, text }] = verdicts([BASELINE, worse]);
    expect(claims.map(({ kind }) => kind)).toEqual(['slower', 'worse', 'worse-than-margin']);
    expect(text).toContain(': more time is shown (Holm p');
    expect(text).toContain(': more errors are shown (Holm p');
    expect(text).toContain('Worse than 0.50 points: shown (lower bound +2.83, Holm p < 0.001)');
  });

  it('shows that an arm is not worse than the margin of its study', () => {
    const alike: ArmSketch = { arm: cubic, runs: runs([10.1, 8, 11.9], [80, 150, 320]) };
    const of = (margin: number) => compareStudy({ ...studyFixture([BASELINE, alike], SEEDS), margin }).verdicts[0];
    // Differences 0.1, 0 and −0.1: the bound is t(0.95, 2) x 0.1 / sqrt(3) = 2.92 x 0.0577 = 0.169.
    expect(of(0.5).claims.map(({ kind }) => kind)).toEqual(['faster', 'not-worse']);
    expect(of(0.5).text).toContain('Not worse than 0.50 points: shown (upper bound +0.17, Holm p 0.007)');
    expect(of(0.16).claims.map(({ kind }) => kind)).toEqual(['faster']);
    expect(of(0.16).undecided.at(-1)).toEqual({ kind: 'not-worse', seedsNeeded: expect.any(Number) });
  });

  it('counts the runs that diverged, of the arm and of the baseline', () => {
    const diverged = (seed: number): RunSketch => ({ seed, testError: null, trainingSeconds: 9, status: 'diverged' });
    const [first, second, third] = CUBIC.runs;
    const [verdict] = verdicts([
      { arm: baseline, runs: [...BASELINE.runs.slice(0, 2), diverged(3)] },
      { arm: cubic, runs: [first, diverged(second.seed), third] },
    ]);
    expect(verdict.claim).toBe('measured');
    expect(verdict.text).toContain('(n = 1)');
    expect(verdict.text).toMatch(/ 1 of 3 runs diverged\. 1 of 3 baseline runs diverged\.$/);
  });

  it('claims nothing without a pair', () => {
    expect(verdicts([BASELINE, { arm: cubic, runs: [] }])).toEqual([
      {
        arm: 'cubic scaled 0.8',
        claim: 'not-measured',
        claims: [],
        undecided: [],
        outcomes: [],
        text: 'Not measured: no seed has finished here and in the baseline. 3 of 3 runs not finished.',
      },
    ]);
  });

  it('claims nothing of what is not a number', () => {
    const lost: ArmSketch = { arm: cubic, runs: runs([Number.NaN, 9, 12], [80, 150, 320]) };
    const [{ claims, text }] = verdicts([BASELINE, lost]);
    expect(claims.map(({ kind }) => kind)).toEqual(['faster']);
    expect(text).toContain('not tested, because a number is missing or not finite');
  });
});

describe('a verdict against the equal-time baseline', () => {
  const control = (errors: readonly number[], seconds = [80, 150, 320]): ArmSketch => ({
    arm: cubicEqualTime,
    runs: runs(errors, seconds),
  });

  it('says that it is not shown whether an arm is better than training less, and never that it is not', () => {
    const [verdict, ofControl] = verdicts([BASELINE, CUBIC, control([11.1, 8.9, 12.1])]);
    expect(verdict.text).toContain(
      'Not shown whether it is better than training less: error −0.03 points against the equal-time baseline ' +
        '(−0.32 to +0.25, Holm p 0.67, n = 3, 0.0 % less time); about 109 seeds would settle a difference like this',
    );
    expect(ofControl).toMatchObject({ claims: [], undecided: [] });
    expect(ofControl.text).toMatch(/^Control of cubic scaled 0\.8: saved 21\.7 % of the time \(95 % interval/);
  });

  it('claims that an arm beats it', () => {
    const [{ claims, text }] = verdicts([BASELINE, CUBIC, control([13, 11.1, 13.9])]);
    expect(claims.map(({ kind }) => kind)).toEqual(['faster', 'better-than-less-training']);
    expect(text).toContain(
      'Shown better than training less: error −2.00 points against the equal-time baseline (−2.25 to −1.75',
    );
  });

  it('claims that an arm is not better only by a test of its own', () => {
    const [{ claims, text }] = verdicts([BASELINE, CUBIC, control([10, 8.1, 10.9])]);
    expect(claims.map(({ kind }) => kind)).toEqual(['faster', 'not-better-than-less-training']);
    expect(text).toContain('Shown not better than training less, but to make more errors: error +1.00 points');
  });

  it('does not, where the arm took more time than its control', () => {
    const [{ claims, text }] = verdicts([BASELINE, CUBIC, control([13, 11.1, 13.9], [70, 130, 280])]);
    expect(claims.map(({ kind }) => kind)).toEqual(['faster']);
    expect(text).toContain('Not shown better than training less, since it took more time: error −2.00 points');
    expect(text).toMatch(/1\d\.\d % more time/);
  });
});

describe('verdicts of several arms', () => {
  it('are adjusted over the policy arms of the study, not over their controls', () => {
    const [, linear, linearEqualTime] = armsOf([{ kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false }], true);
    const saving = (of: typeof linear): ArmSketch => ({ arm: of, runs: runs([10, 8, 12], [90, 150, 320]) });
    const { arms } = compareStudy(studyFixture([BASELINE, CUBIC, saving(linear), saving(linearEqualTime)], SEEDS));
    const wall = arms.map((arm) => arm.tests.wall);
    const [first, second] = [wall[1]?.p ?? 0, wall[2]?.p ?? 0];
    expect(first).toBeLessThan(second);
    expect(wall[1]?.holm).toBeCloseTo(2 * first, 12);
    expect(wall[2]?.holm).toBeCloseTo(Math.max(2 * first, second), 12);
    expect(wall[3]).toMatchObject({ p: second, holm: null });
  });
});
