import { describe, expect, it } from 'vitest';
import { paceWarnings } from '#core/analysis/pace-warnings.ts';
import type { TimedRun } from '#core/analysis/timed-run.ts';
import { timedPairs } from '#core/analysis/timed-run.ts';
import { environmentSchema } from '#core/run-event.ts';
import { UNKNOWN_CONDITIONS } from '../../support/conditions.ts';
import type { PacedStudy } from '../../support/paced-study.ts';
import { ENVIRONMENT, warningsOf } from '../../support/paced-study.ts';
import { loaded } from '../../support/sampled-steps.ts';

describe('wall clock against profile', () => {
  it('part nowhere on a quiet machine', () => {
    expect(warningsOf({ seeds: 3 })).toEqual([]);
  });

  it('part where a load met the arm from half-way on: it says since when, and offers the profile', () => {
    const [warning, ...others] = warningsOf({ loads: { cubic: loaded(1.5, 0.5) } });
    expect(others).toEqual([]);
    expect(warning).toMatch(
      /^cubic \(seed 1\) took 1\d % longer for a step, at the same freeze depth, than the profile predicts from the baseline's steps, in seed 1 from step 1[45]\d0 in epoch [34] on \(1\.\dx as long as before or after\)/,
    );
    expect(warning).toContain('slowed the arm down and not the baseline');
    expect(warning).toContain('the wall clock shows too little saved; go by the profile');
  });

  it('part where a load met only the baseline, all the time or in a part', () => {
    const [whole] = warningsOf({ loads: { baseline: loaded(1.3) } });
    expect(whole).toMatch(
      /^cubic \(seed 1\) met a baseline whose steps took [23]\d % longer than the profile predicts/,
    );
    expect(whole).toContain('in seed 1 of the baseline from its first step to its last');
    expect(whole).toContain('the wall clock shows too much saved; go by the profile');
    const [part] = warningsOf({ loads: { baseline: { from: 0.25, until: 0.75, factor: 1.4 } } });
    expect(part).toMatch(/in seed 1 of the baseline from step [678]\d0 in epoch 2 to step 2[12]\d0 in epoch 5/);
  });

  it('tell a load that met both, neither shown more than the other, from one that met them differently', () => {
    const both = { 'baseline 2': loaded(1.4), 'cubic 2': loaded(1.4) };
    const [alike, ...others] = warningsOf({ seeds: 3, loads: both });
    expect(others).toEqual([]);
    expect(alike).toMatch(
      /^cubic \(seed 2\) and the baseline both took longer for a step than the quietest run of the study, in seed 2 from its first step to its last: which of them a load slowed down more is not shown/,
    );
    expect(alike).toContain('the share of time saved may hold, but the seconds do not');
    const [more] = warningsOf({ seeds: 3, loads: { ...both, 'cubic 2': loaded(1.9) } });
    expect(more).toContain('slowed both down, the arm more');
    const [less] = warningsOf({ seeds: 3, loads: { ...both, 'baseline 2': loaded(1.9) } });
    expect(less).toContain('slowed both down, the baseline more');
  });

  it('part by the whole training time where no pace is known, but only where it is longer', () => {
    const run = (arm: string, training: number, profileSaved: number | null): TimedRun => ({
      ...{ arm, seed: 1, environment: ENVIRONMENT, conditions: UNKNOWN_CONDITIONS, imported: false, profileSaved },
      ...{ startedAt: null, endedAt: null, seconds: { training, evaluation: 6, checkpoint: 2 } },
    });
    const said = (training: number, profileSaved: number | null) => {
      const runs = [run('baseline', 100, 0), run('cubic', training, profileSaved)];
      return paceWarnings(timedPairs(runs, 'baseline'), runs);
    };
    // Cubic 0.5 of a quick study on a shared machine: 41.5 % saved by the wall clock, 50.6 % by its profile. 58.5 / 49.4 = 1.18.
    expect(said(58.5, 0.506)).toEqual([
      "cubic (seed 1) trained 18 % longer than the profile predicts from the baseline's time, and too few steps were timed to say since when: a load that met the arm and not the baseline does this, and the wall clock then shows too little saved; go by the profile, or train again on a quiet machine.",
    ]);
    expect(said(52, 0.506)).toEqual([]);
    expect(said(20, 0.506)).toEqual([]);
    expect(said(58.5, null)).toEqual([]);
  });

  it('are not compared between machines, nor where nothing is known', () => {
    const environment = environmentSchema.parse({ host: 'other', device: 'AMD EPYC' });
    const pace = { level: 100, error: 0.01, quiet: 100, slow: null };
    const run = (arm: string, change: Partial<TimedRun>): TimedRun => ({
      ...{ arm, seed: 1, environment: ENVIRONMENT, conditions: UNKNOWN_CONDITIONS, imported: false },
      ...{ startedAt: null, endedAt: null, seconds: { training: 100, evaluation: 6, checkpoint: 2 } },
      ...change,
    });
    const said = (change: Partial<TimedRun>) => {
      const runs = [run('baseline', { pace }), run('cubic', { pace: { ...pace, level: 150 }, ...change })];
      return paceWarnings(timedPairs(runs, 'baseline'), runs);
    };
    expect(said({})).toHaveLength(1);
    expect(said({ environment })).toEqual([]);
    expect(said({ pace: null })).toEqual([]);
  });
});

/** Always the same studies, three seeds each. A rate of 1 % shows as 4 % or more in one of 1,000 such samples of 200. */
const STUDIES = Array.from({ length: 200 }, (_, draw) => draw);
const share = (study: PacedStudy) =>
  STUDIES.filter((draw) => warningsOf({ seeds: 3, ...study, draw }).length > 0).length / STUDIES.length;

describe.each([16, 40])('studies of which %d steps a run were sampled', (samples) => {
  it.each([
    { noise: 0.02, spikes: 0 },
    { noise: 0.1, spikes: 0 },
    { noise: 0.2, spikes: 0 },
    { noise: 0.04, spikes: 0.1 },
  ])('seldom raise a false alarm: $noise, spikes in $spikes', (noises) => {
    expect(share({ ...noises, samples })).toBeLessThan(0.04);
  });

  it('find a load of a half more from half-way on, in the arm or in the baseline, where steps scatter by 4 %', () => {
    expect(share({ samples, loads: { cubic: loaded(1.5, 0.5) } })).toBeGreaterThan(0.95);
    expect(share({ samples, loads: { baseline: loaded(1.5, 0.5) } })).toBeGreaterThan(0.95);
  });
});

describe('studies of 16 sampled steps a run in four epochs, as the quick one, whose steps scatter by 10 %', () => {
  const quick = { samples: 16, stepsPerEpoch: 200, noise: 0.1 };

  it('find a load that takes 41.5 % saved for 50.6 %, with one seed too, by the times of epochs', () => {
    // (1 - 0.415) / (1 - 0.506) = 1.18 times the arm's time.
    expect(share({ ...quick, seeds: 1, loads: { cubic: loaded(1.18) } })).toBeGreaterThan(0.95);
    expect(share({ ...quick, loads: { cubic: loaded(1.5, 0.5) } })).toBeGreaterThan(0.95);
    expect(share({ ...quick, stepsPerEpoch: undefined, loads: { cubic: loaded(1.5, 0.5) } })).toBeLessThan(0.5);
  });

  it.each([
    { noise: 0.1, spikes: 0 },
    { noise: 0.2, spikes: 0 },
    { noise: 0.05, spikes: 0.1 },
  ])('seldom raise a false alarm: $noise, spikes in $spikes', (noises) => {
    expect(share({ ...quick, ...noises })).toBeLessThan(0.04);
  });
});
