import { describe, expect, it } from 'vitest';
import { BASELINE_ARM } from '#core/find/evidence.ts';
import { recommend } from '#core/find/recommendation.ts';
import { nextMove, standingOf } from '#core/find/search.ts';
import type { SearchRun } from '#core/find/search-run.ts';
import type { SearchSettings } from '#core/find/settings.ts';
import { armAt } from '#core/find/settings.ts';
import { ERROR_RATE, mostTried } from '#core/find/spending.ts';
import { equalTimeName } from '#core/study.ts';
import { NOISES, SIMULATED, SIMULATED_LAYERS, simulatedRun, simulateSearch } from '../../support/simulated-search.ts';

const settings: SearchSettings = { ...SIMULATED, candidates: [0.3, 0.4, 0.5, 0.6, 0.7], equalTime: false };

function armOf(t0: number): string {
  return armAt(t0, settings);
}

/** Three pairs that say clearly that the candidate costs so much; each run takes 10 s. */
function pairs(t0: number, cost: number): SearchRun[] {
  return [1, 2, 3].map((seed) => simulatedRun(armOf(t0), seed, 10 + cost + 0.01 * seed));
}

const BASELINE = [1, 2, 3].map((seed) => simulatedRun(BASELINE_ARM, seed, 10 + 0.005 * seed));

function recommended(runs: readonly SearchRun[], changes: Partial<SearchSettings> = {}) {
  const changed = { ...settings, ...changes };
  return recommend(changed, standingOf(changed, runs));
}

describe('the next move', () => {
  it('is one run of the baseline as long as nobody knows how long a run takes', () => {
    expect(nextMove(settings, [])).toMatchObject({
      train: { value: 0.5, purpose: 'probe', places: [{ arm: BASELINE_ARM, seed: 1 }], seconds: null },
    });
  });

  it('is the middle candidate, then a lower one after one that was shown, a higher one after one that was not', () => {
    const look = (runs: readonly SearchRun[]) => {
      const move = nextMove(settings, runs);
      return 'train' in move ? [move.train.value, move.train.pairs, move.train.seconds] : move.end;
    };
    expect(look(BASELINE)).toEqual([0.5, 3, 30]);
    const shown = [...BASELINE, ...pairs(0.5, 0)];
    expect(look(shown)).toEqual([0.3, 3, 30]);
    expect(look([...shown, ...pairs(0.3, 2)])).toEqual([0.4, 3, 30]);
    expect(look([...BASELINE, ...pairs(0.5, 2)])).toEqual([0.6, 3, 30]);
    expect(look([...shown, ...pairs(0.3, 2), ...pairs(0.4, 2)])).toBe('complete');
  });

  it('is to train the equal-time runs of the recommended arm last', () => {
    const done = [...BASELINE, ...pairs(0.5, 0), ...pairs(0.3, 2), ...pairs(0.4, 2)];
    const move = nextMove({ ...settings, equalTime: true }, done);
    const arm = equalTimeName(armOf(0.5));
    expect(move).toMatchObject({ train: { purpose: 'equal-time', places: [1, 2, 3].map((seed) => ({ arm, seed })) } });
  });

  it('begins no round that does not fit, counts no imported run, and brings to its end what has begun', () => {
    const runs = [...BASELINE, ...pairs(0.5, 0)];
    // 60 s are used, and three runs of 10 s are next.
    expect(nextMove({ ...settings, budgetSeconds: 90 }, runs)).toMatchObject({ train: { value: 0.3 } });
    expect(nextMove({ ...settings, budgetSeconds: 89 }, runs)).toEqual({ end: 'budget' });
    const imported = runs.map((run) => ({ ...run, imported: true }));
    expect(nextMove({ ...settings, budgetSeconds: 30 }, imported)).toMatchObject({ train: { value: 0.3 } });
    const begun = [...runs, simulatedRun(armOf(0.3), 1, 12)];
    expect(nextMove({ ...settings, budgetSeconds: 60 }, begun)).toMatchObject({ train: { value: 0.3, seconds: 20 } });
  });

  it('brings the first run to its end too, and calls no budget spent while it trains', () => {
    const probe = simulatedRun(BASELINE_ARM, 1, 10);
    const begun: SearchRun[] = [{ ...probe, status: 'running', testError: null }];
    const small = { budgetSeconds: 1 };
    expect(nextMove({ ...settings, ...small }, begun)).toMatchObject({ train: { purpose: 'probe', seconds: null } });
    expect(recommended(begun, small)).toMatchObject({ end: null, text: expect.stringContaining('so far') });
    expect(recommended([probe], small)).toMatchObject({ end: 'budget' });
  });

  it('ends where the baseline diverged', () => {
    const [first, ...others] = BASELINE;
    const runs: SearchRun[] = [{ ...first, status: 'diverged', testError: null }, ...others];
    expect(nextMove(settings, runs)).toEqual({ end: 'stuck' });
    expect(recommended(runs).text).toContain('baseline diverged');
  });
});

describe('the recommendation', () => {
  it('is the lowest t0 that was shown, with its numbers', () => {
    const { value, text } = recommended([...BASELINE, ...pairs(0.5, 0), ...pairs(0.3, 2), ...pairs(0.4, 0.1)]);
    expect(value).toBe(0.4);
    expect(text).toContain('cubic scaled 0.4 saves 0.0 %');
    expect(text).toContain('not shown to save any');
    expect(text).toContain('below 0.5 points (mean +0.11, upper bound');
    expect(text).toContain('n = 3');
  });

  it('is none where none was shown, and says so', () => {
    const bad = [...BASELINE, ...pairs(0.5, 2), ...pairs(0.6, 2), ...pairs(0.7, 2)];
    expect(recommended(bad)).toMatchObject({ value: null, arm: null, end: 'complete' });
    expect(recommended(bad).text).toContain('No t0 from 0.3 to 0.7 is shown to keep');
    expect(recommended(bad.slice(0, 6)).text).toContain('so far');
  });

  it('says what the budget left open', () => {
    const { end, text } = recommended([...BASELINE, ...pairs(0.5, 0)], { budgetSeconds: 61 });
    expect(end).toBe('budget');
    expect(text).toContain('1 of at most 3 values of t0 were tried');
  });

  it('says whether it is shown better than training less, shown not better, or neither', () => {
    const done = [...BASELINE, ...pairs(0.5, 0), ...pairs(0.3, 2), ...pairs(0.4, 2)];
    const control = (points: number) =>
      [1, 2, 3].map((seed) => simulatedRun(equalTimeName(armOf(0.5)), seed, 10 + points + 0.02 * seed));
    const against = (points: number) => recommended([...done, ...control(points)], { equalTime: true });
    expect(against(1).text).toContain('It is shown better than training less: error −1.0');
    expect(against(-1).text).toContain(
      'It is shown not better than training less, but to make more errors: error +0.9',
    );
    expect(against(-1).againstEqualTime).toMatchObject({ beats: false, outcome: 'shown-not-better' });
    const mixed = [0.3, -0.2, 0.1].map((points, index) =>
      simulatedRun(equalTimeName(armOf(0.5)), index + 1, 10 + points),
    );
    const open = recommended([...done, ...mixed], { equalTime: true });
    expect(open.text).toContain('It is not shown whether it is better than training less');
    expect(open.againstEqualTime?.outcome).toBe('not-shown');
  });
});

describe('a search over the number of frozen layers', () => {
  const layers: SearchSettings = {
    ...SIMULATED_LAYERS,
    candidates: [1, 2, 3, 4, 5, 6, 7],
    equalTime: false,
  };
  const look = (value: number, cost: number) =>
    [1, 2, 3].map((seed) => simulatedRun(armAt(value, layers), seed, 10 + cost + 0.01 * seed));
  const next = (runs: readonly SearchRun[]) => {
    const move = nextMove(layers, [...BASELINE, ...runs]);
    return 'train' in move ? move.train.value : move.end;
  };

  it('goes on to more layers after a number that was shown, to fewer after one that was not', () => {
    expect(next([])).toBe(4);
    expect(next(look(4, 0))).toBe(6);
    expect(next([...look(4, 0), ...look(6, 2)])).toBe(5);
    expect(next(look(4, 2))).toBe(2);
    expect(next([...look(4, 0), ...look(6, 2), ...look(5, 2)])).toBe('complete');
  });

  it('recommends the largest number that was shown, and says what is left where the budget ends it', () => {
    const standing = (runs: readonly SearchRun[], changes = {}) => {
      const changed = { ...layers, ...changes };
      return {
        ...standingOf(changed, [...BASELINE, ...runs]),
        ...recommend(changed, standingOf(changed, [...BASELINE, ...runs])),
      };
    };
    const done = standing([...look(4, 0), ...look(6, 2), ...look(5, 0.1)]);
    expect(done).toMatchObject({ value: 5, arm: 'fixed 5 layers', bracket: { notShown: 6, shown: 5 } });
    const ended = standing(look(4, 0), { budgetSeconds: 60 });
    expect(ended.text).toContain('a number of frozen layers between the highest and 4 may save more');
    const none = standing([...look(4, 2), ...look(2, 2), ...look(1, 2)]);
    expect(none.text).toContain(
      'No number of frozen layers from 1 to 7 is shown to keep the error increase below 0.5 points',
    );
  });
});

describe('a search that is killed anywhere', () => {
  const truth = { increase: (t0: number) => 0.5 * (1 + 8 * (0.52 - t0)), noise: NOISES.normal, spread: 0.15 };

  /** The error of a run is a function of arm and seed, as in a training. */
  function errorOf(arm: string, seed: number): number {
    const t0 = settings.candidates.find((value) => arm.startsWith(armOf(value)));
    const wave = Math.sin(1000 * seed + arm.length + 37 * (t0 ?? 0));
    return 10 + (t0 === undefined ? 0 : truth.increase(t0)) + truth.spread * wave;
  }

  /** Trains at most `stride` runs of a round before it is left and taken up again. */
  function trained(stride: number) {
    const wanted = { ...settings, equalTime: true };
    const runs: SearchRun[] = [];
    for (let move = nextMove(wanted, runs); 'train' in move; move = nextMove(wanted, runs)) {
      for (const { arm, seed } of move.train.places.slice(0, stride)) {
        runs.push(simulatedRun(arm, seed, errorOf(arm, seed)));
      }
    }
    return { runs: runs.map((run) => run.id).sort(), recommendation: recommend(wanted, standingOf(wanted, runs)) };
  }

  it('trains the same runs and recommends the same', () => {
    const whole = trained(Number.POSITIVE_INFINITY);
    expect(whole.recommendation.value).not.toBeNull();
    for (const stride of [1, 2, 3]) expect(trained(stride)).toEqual(whole);
  });
});

describe('in simulated searches', () => {
  const SEARCHES = 400;
  const { tolerance } = SIMULATED;
  /** Four standard errors: a sound rule fails one such test in 30,000. */
  const MOST = ERROR_RATE + 4 * Math.sqrt((ERROR_RATE * (1 - ERROR_RATE)) / SEARCHES);

  function falseShare(noise: keyof typeof NOISES, searched: SearchSettings): number {
    const truth = { increase: () => tolerance, noise: NOISES[noise], spread: 0.2 };
    const found = Array.from({ length: SEARCHES }, (_, seed) => simulateSearch(searched, truth, seed));
    return found.filter(({ best }) => best !== null).length / SEARCHES;
  }

  it('a t0 at the tolerance is recommended in 5 % of them at most', () => {
    expect(falseShare('normal', SIMULATED)).toBeLessThanOrEqual(MOST);
    expect(falseShare('skewed', SIMULATED)).toBeLessThanOrEqual(MOST);
  });

  it('a number of frozen layers at the tolerance is recommended in 5 % of them at most', () => {
    expect(falseShare('normal', SIMULATED_LAYERS)).toBeLessThanOrEqual(MOST);
  });

  it('looking after every seed, at 5 % each time, would recommend it far too often', () => {
    const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
    const share = mostTried(SIMULATED.candidates.length);
    const looks = seeds.slice(2).map((pairs) => ({ pairs, share }));
    expect(falseShare('normal', { ...SIMULATED, seeds, looks })).toBeGreaterThan(2 * MOST);
  });

  it('a t0 that costs nothing is found', () => {
    const truth = { increase: (t0: number) => (t0 < 0.49 ? 2 : 0), noise: NOISES.normal, spread: 0.1 };
    const found = Array.from({ length: 50 }, (_, seed) => simulateSearch(SIMULATED, truth, seed).best?.value);
    expect(found.filter((t0) => t0 === 0.5).length).toBeGreaterThan(45);
  });
});
