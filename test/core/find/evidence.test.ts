import { describe, expect, it } from 'vitest';
import { BASELINE_ARM, judgeCandidate } from '#core/find/evidence.ts';
import type { SearchRun } from '#core/find/search-run.ts';
import type { SearchSettings } from '#core/find/settings.ts';
import { armAt } from '#core/find/settings.ts';
import { SIMULATED, simulatedRun } from '../../support/simulated-search.ts';

/** One candidate, so that the levels of the looks are 0.5 %, 1.5 % and 3 %. */
const settings: SearchSettings = { ...SIMULATED, candidates: [0.5] };
const ARM = armAt(0.5, settings);

/** Runs whose differences to the baseline are these, in points. */
function runsWith(differences: readonly number[], ofArm: Partial<SearchRun> = {}): SearchRun[] {
  return differences.flatMap((difference, index) => [
    simulatedRun(BASELINE_ARM, index + 1, 10),
    simulatedRun(ARM, index + 1, 10 + difference, ofArm),
  ]);
}

function judged(runs: readonly SearchRun[], changes: Partial<SearchSettings> = {}) {
  return judgeCandidate(0.5, { ...settings, ...changes }, runs);
}

describe('a candidate', () => {
  // Mean 0, s = 0.1, standard error 0.1 / sqrt(3) = 0.05774; t(0.995, 2) = 9.925.
  const threeEven = [0, 0.1, -0.1];

  it('is shown where the tolerance is beyond the upper bound of the look, and not just within it', () => {
    const { looks, decision } = judged(runsWith(threeEven), { tolerance: 0.58 });
    expect(decision).toBe('shown');
    expect(looks).toHaveLength(1);
    expect(looks[0].level).toBeCloseTo(0.005, 12);
    // The rounding of two counts of 10,000 images, 0.00408 points, adds a little: sqrt(0.057735^2 + 0.00408^2) = 0.057879.
    expect(looks[0].upper).toBeCloseTo(9.9248 * 0.057879, 4);
    // (0 - 0.58) / 0.05788 = -10.02, of which Student's t with 2 degrees of freedom has 0.49 % below.
    expect(looks[0].p).toBeCloseTo(0.00491, 4);
    expect(judged(runsWith(threeEven), { tolerance: 0.57 })).toMatchObject({
      decision: 'open',
      wanted: [1, 2, 3, 4, 5],
    });
  });

  it('is given up where it is surely worse', () => {
    // (0.7 - 0.5) / 0.05774 = 3.46, beyond t(0.9, 2) = 1.886.
    expect(judged(runsWith(threeEven.map((difference) => difference + 0.7))).decision).toBe('worse');
    // 1.73: it may still turn out well.
    expect(judged(runsWith(threeEven.map((difference) => difference + 0.6))).decision).toBe('open');
  });

  it('is shown outside the tolerance by a test of its own, which giving up is not', () => {
    const above = (points: number) => judged(runsWith(threeEven.map((difference) => difference + points)));
    // t = 3.46 gives up, 0.037 one-sided with 2 degrees of freedom; 0.5 % begins at 9.925, 0.573 above the tolerance.
    expect(above(0.7)).toMatchObject({ decision: 'worse', outcome: 'not-shown', looks: [{ isOutside: false }] });
    expect(above(1.07)).toMatchObject({ decision: 'worse', outcome: 'not-shown' });
    expect(above(1.08)).toMatchObject({ decision: 'worse', outcome: 'shown-outside', looks: [{ isOutside: true }] });
    expect(above(1.08).looks[0].pOutside).toBeCloseTo(0.00491, 4);
    expect(judged(runsWith(threeEven), { tolerance: 0.58 }).outcome).toBe('shown-within');
    // With more values of t0 that could be tried, each may spend less.
    const many = { candidates: Array.from({ length: 15 }, (_, index) => (index + 1) / 20) };
    expect(judged(runsWith(threeEven.map((difference) => difference + 1.08)), many).outcome).toBe('not-shown');
  });

  it('is looked at with 3, 5 and 8 pairs alone, however many there are', () => {
    const undecided = [0.3, 0.7, 0.5, 0.2, 0.6, 0.4, 0.6, 0.3];
    const whole = judged(runsWith([...undecided, -9, -9, -9]));
    expect(whole.looks.map(({ pairs }) => pairs)).toEqual([3, 5, 8]);
    expect(whole).toMatchObject({ decision: 'not-shown', seeds: [1, 2, 3, 4, 5, 6, 7, 8], wanted: [] });
    expect(whole.spent).toBeCloseTo(0.05, 12);
    expect(judged(runsWith(undecided.slice(0, 4))).looks.map(({ pairs }) => pairs)).toEqual([3]);
  });

  it('is out where a run of it diverged, and nothing can be said where one of the baseline did', () => {
    const runs = runsWith(threeEven);
    const diverge = (arm: string) => runs.map((run) => (run.arm === arm && run.seed === 2 ? diverged(run) : run));
    expect(judged(diverge(ARM))).toMatchObject({ decision: 'diverged', looks: [], seeds: [1, 3] });
    expect(judged(diverge(BASELINE_ARM)).decision).toBe('stuck');
  });

  it('counts neither deleted nor unfinished runs', () => {
    expect(judged(runsWith(threeEven, { deleted: true })).seeds).toEqual([]);
    expect(judged(runsWith(threeEven, { status: 'paused', testError: null })).decision).toBe('open');
  });

  it('is never shown by errors that are not numbers', () => {
    const broken = judged(runsWith(Array(8).fill(Number.NaN)));
    expect(broken.decision).toBe('not-shown');
    expect(broken.looks[0].p).toBeNull();
  });

  it('says what it saves, with intervals', () => {
    const seconds = (training: number) => ({ seconds: { training, evaluation: 1, checkpoint: 1 } });
    const { saved, ci } = judged(runsWith(threeEven, { ...seconds(7), profileSaved: 0.25 }));
    expect(saved.wall).toBeCloseTo(0.3, 12);
    expect(saved.profile).toBeCloseTo(0.25, 12);
    // Three times 7 of 10 s, on a clock of whole seconds: t(0.975, 2) sqrt((1 + 0.49) / 12) / 10.
    expect(ci.wall?.[0]).toBeCloseTo(0.3 - (4.302652729749462 * Math.sqrt(1.49 / 12)) / 10, 12);
  });
});

function diverged(run: SearchRun): SearchRun {
  return { ...run, status: 'diverged', testError: null };
}
