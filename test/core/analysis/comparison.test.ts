import { describe, expect, it } from 'vitest';
import { compareStudy, comparisonSchema } from '#core/analysis/comparison.ts';
import { toJson } from '#core/numbers.ts';
import type { RunRecord } from '#core/records.ts';
import { armsOf } from '#core/study.ts';
import type { ArmSketch, RunSketch } from '../../support/study-fixture.ts';
import { studyFixture } from '../../support/study-fixture.ts';

const [baseline, cubic, cubicEqualTime] = armsOf([{ kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true }], true);

function run(seed: number, testError: number | null, trainingSeconds: number): RunSketch {
  return { seed, testError, trainingSeconds };
}

/** Baseline errors 10, 8 and 12 % in 100, 200 and 400 s. */
const BASELINE: ArmSketch = { arm: baseline, runs: [run(1, 0.1, 100), run(2, 0.08, 200), run(3, 0.12, 400)] };
const CUBIC: ArmSketch = {
  arm: cubic,
  computeSaved: 0.234,
  runs: [run(1, 0.11, 80), run(2, 0.09, 150), run(3, 0.12, 320)],
};
const EQUAL_TIME: ArmSketch = {
  arm: cubicEqualTime,
  computeSaved: 0.234,
  runs: [run(1, 0.105, 78), run(2, 0.1, 156), run(3, 0.15, 312)],
};
const SEEDS = [1, 2, 3];

describe('compareStudy', () => {
  it('pairs every seed with the baseline run of that seed', () => {
    const arm = compareStudy(studyFixture([BASELINE, CUBIC, EQUAL_TIME], SEEDS)).arms[1];
    expect(arm).toMatchObject({ name: 'cubic scaled 0.8', role: 'policy', of: null, seeds: [1, 2, 3] });
    // 1 - 80/100, 1 - 150/200, 1 - 320/400; 100 x (0.11 - 0.10), 100 x (0.09 - 0.08), 0
    expect(arm.points.map((point) => point.runId)).toEqual([
      'cubic scaled 0.8/1',
      'cubic scaled 0.8/2',
      'cubic scaled 0.8/3',
    ]);
    expect(arm.points.map((point) => point.wall)).toEqual([1 - 80 / 100, 1 - 150 / 200, 1 - 320 / 400]);
    [1, 1, 0].forEach((delta, index) => {
      expect(arm.points[index].errorDelta).toBeCloseTo(delta, 12);
    });
    expect(arm.saved.compute).toBe(0.234);
    expect(arm.saved.profile).toBeNull();
    expect(arm.saved.wall).toBeCloseTo((0.2 + 0.25 + 0.2) / 3, 12);
    expect(arm.testError).toBeCloseTo((0.11 + 0.09 + 0.12) / 3, 12);
    expect(arm.errorDelta).toBeCloseTo(2 / 3, 12);
    // Mean of the ratios 0.01/0.1, 0.01/0.08 and 0, not the ratio of the means.
    expect(arm.relativeErrorIncrease).toBeCloseTo((0.1 + 0.125 + 0) / 3, 12);
  });

  it('gives paired Student intervals', () => {
    const { ci } = compareStudy(studyFixture([BASELINE, CUBIC], SEEDS)).arms[1];
    expect(ci.level).toBe(0.95);
    // Of 0.2, 0.25, 0.2; of 1, 1, 0; of 0.1, 0.125, 0: mean -+ t(0.975, 2) sqrt(s^2 / 3 + u^2), t = 4.302652729749462 (SciPy 1.17.1).
    const half = (spread: number, rounding: number) => 4.302652729749462 * Math.sqrt(spread / 3 + rounding);
    // Whole seconds: 1 / 12 (1 + ratio^2) / T^2. Counts of 10,000 images: 2 / 12 of 0.01 points squared.
    const wall = (1.64 / 100 ** 2 + 1.5625 / 200 ** 2 + 1.64 / 400 ** 2) / 36;
    expect(ci.wall?.[1]).toBeCloseTo(0.65 / 3 + half(1 / 1200, wall), 12);
    expect(ci.errorDelta?.[0]).toBeCloseTo(2 / 3 - half(1 / 3, 0.01 ** 2 / 6), 12);
    const relative = (1 + 1.1 ** 2) / 0.1 ** 2 + (1 + 1.125 ** 2) / 0.08 ** 2 + 2 / 0.12 ** 2;
    expect(ci.relativeErrorIncrease?.[0]).toBeCloseTo(0.075 - half(0.004375, relative / 36 / 10_000 ** 2), 12);
  });

  it('puts the baseline first and every equal-time arm behind its policy, in whatever order the store has them', () => {
    const linear = armsOf([{ kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false }], true);
    const shuffled = [linear[2], cubicEqualTime, linear[1], baseline, cubic].map((arm) => ({ arm, runs: [] }));
    const names = compareStudy(studyFixture(shuffled, SEEDS)).arms.map((arm) => arm.name);
    expect(names).toEqual([
      'baseline',
      'linear plain 0.5',
      'linear plain 0.5, equal time',
      'cubic scaled 0.8',
      'cubic scaled 0.8, equal time',
    ]);
  });

  it('has the baseline at the origin', () => {
    const arm = compareStudy(studyFixture([BASELINE, CUBIC], SEEDS)).arms[0];
    expect(arm.saved).toEqual({ compute: 0, profile: null, wall: 0 });
    expect(arm.errorDelta).toBe(0);
    expect(arm.points).toEqual(
      [1, 2, 3].map((seed) => ({
        ...{ seed, runId: `baseline/${seed}` },
        ...{ wall: 0, profile: null, errorDelta: 0, relativeErrorIncrease: 0 },
      })),
    );
    expect(arm.onFront).toBe(true);
  });

  it('marks the front over all arms: equal time beats a policy that saves less at more error', () => {
    const better: ArmSketch = { arm: cubicEqualTime, runs: CUBIC.runs.map((one) => ({ ...one, trainingSeconds: 10 })) };
    const comparison = compareStudy(studyFixture([BASELINE, CUBIC, better], SEEDS));
    expect(comparison.arms.map((arm) => arm.onFront)).toEqual([true, false, true]);
  });

  it('has points but no interval with one seed', () => {
    const arm = compareStudy(studyFixture([BASELINE, { ...CUBIC, runs: [run(1, 0.11, 80)] }], [1])).arms[1];
    expect(arm.points).toHaveLength(1);
    expect(arm.ci).toEqual({
      ...{ level: 0.95, wall: null, profile: null, errorDelta: null, relativeErrorIncrease: null },
    });
  });

  it('says what the runs saved by their own profiles, once every finished one has one', () => {
    const [first, second, third] = CUBIC.runs;
    const profiled = [
      { ...first, profileSaved: 0.1 },
      { ...second, profileSaved: 0.2 },
    ];
    const armOf = (runs: ArmSketch['runs']) =>
      compareStudy(studyFixture([BASELINE, { ...CUBIC, runs }], SEEDS)).arms[1];
    const arm = armOf(profiled);
    expect(arm.saved.profile).toBeCloseTo(0.15, 12);
    expect(arm.points.map((point) => point.profile)).toEqual([0.1, 0.2]);
    // +- t(0.975, 1) s / sqrt(2) = 12.706 x 0.0707 / 1.414
    expect(arm.ci.profile?.[0]).toBeCloseTo(0.15 - 0.6353, 3);
    const partial = armOf([...profiled, third]);
    expect([partial.saved.profile, partial.ci.profile]).toEqual([null, null]);
  });

  it('says what the runs under a policy that decides while training saved of the compute, on the mean', () => {
    const policy = { kind: 'gradient-norm', interval: 0.05, percentile: 50 } as const;
    const runs = [
      { ...run(1, 0.11, 80), computeSaved: 0.1 },
      { ...run(2, 0.09, 150), computeSaved: 0.3 },
      { ...run(3, 0.12, 320), computeSaved: 0.9, deleted: true },
    ];
    const savedOf = (sketch: ArmSketch) => compareStudy(studyFixture([BASELINE, sketch], SEEDS)).arms[1].saved.compute;
    expect(savedOf({ arm: { ...cubic, policy }, runs })).toBeCloseTo(0.2, 12);
    expect(savedOf({ arm: { ...cubic, policy }, runs: [] })).toBe(0);
    expect(savedOf({ arm: cubic, computeSaved: 0.25, runs })).toBe(0.25);
  });

  it('counts finished runs only, and no deleted ones', () => {
    const partial: ArmSketch = {
      arm: cubic,
      runs: [{ ...run(1, 0.11, 80), status: 'running' }, { ...run(2, 0.09, 150), deleted: true }, run(3, 0.12, 320)],
    };
    const comparison = compareStudy(studyFixture([BASELINE, partial], SEEDS));
    expect(comparison.arms[1].seeds).toEqual([3]);
    expect(comparison.verdicts[0].text).toContain('2 of 3 runs not finished');
  });

  it('prefers the finished run of a seed whose first run failed', () => {
    const retried: ArmSketch = { arm: cubic, runs: [{ ...run(1, null, 3), status: 'failed' }, run(1, 0.11, 80)] };
    const comparison = compareStudy(studyFixture([BASELINE, retried], [1]));
    expect(comparison.arms[1].points).toHaveLength(1);
    expect(comparison.verdicts[0].text).not.toContain('not finished');
  });

  it('gives an arm without a pair nulls, never zeros', () => {
    const arm = compareStudy(
      studyFixture(
        [
          { arm: baseline, runs: [run(1, 0.1, 100)] },
          { arm: cubic, runs: [run(2, 0.1, 80)] },
        ],
        SEEDS,
      ),
    ).arms[1];
    expect(arm).toMatchObject({ seeds: [2], points: [], testError: 0.1, errorDelta: null, onFront: false });
    expect(arm.saved.wall).toBeNull();
    expect(arm.relativeErrorIncrease).toBeNull();
  });

  it('has no relative increase over a baseline without errors, and no saving against a time of zero', () => {
    const perfect: ArmSketch = { arm: baseline, runs: [run(1, 0, 0), run(2, 0.08, 200)] };
    const arm = compareStudy(studyFixture([perfect, CUBIC], SEEDS)).arms[1];
    expect(arm.relativeErrorIncrease).toBeNull();
    expect(arm.ci.relativeErrorIncrease).toBeNull();
    expect(arm.saved.wall).toBeNull();
    expect(arm.errorDelta).not.toBeNull();
  });

  it('goes through JSON and its schema unchanged, NaN included', () => {
    const lost: ArmSketch = { arm: cubic, runs: [run(1, Number.NaN, 80), run(2, 0.09, 150)] };
    const comparison = compareStudy(studyFixture([BASELINE, lost, EQUAL_TIME], SEEDS));
    expect(comparison.arms[1].errorDelta).toBeNaN();
    expect(comparisonSchema.parse(JSON.parse(toJson(comparison)))).toEqual(comparison);
  });
});

describe('the warnings of a comparison', () => {
  it('name the runs that ended early', () => {
    const study = studyFixture([BASELINE, CUBIC], SEEDS);
    const early = (one: (typeof study.runs)[number]) => one.id.endsWith('/1') || one.id === 'cubic scaled 0.8/3';
    const runs = study.runs.map((one) => (early(one) ? { ...one, reason: 'Ended early.' } : one));
    expect(compareStudy({ ...study, runs }).warnings).toContain(
      'Runs of baseline (seed 1) and cubic scaled 0.8 (seeds 1 and 3) ended early: their savings by wall clock are those of the lengths that they trained, predicted ones those of whole runs.',
    );
    expect(compareStudy(study).warnings.join()).not.toContain('ended early');
  });

  it('are of the runs that count, not of unfinished or deleted ones', () => {
    const study = studyFixture([BASELINE, CUBIC], SEEDS);
    const busyIn = (arm: string, changes: Partial<RunRecord> = {}) => ({
      ...study,
      runs: study.runs.map((run) => {
        const conditions = { ...run.conditions, otherLoad: run.arm === arm && run.seed === SEEDS[0] ? 1 : 0 };
        return conditions.otherLoad === 0 ? { ...run, conditions } : { ...run, conditions, ...changes };
      }),
    });
    const { name } = CUBIC.arm;
    expect(compareStudy(study).warnings).toEqual([]);
    expect(compareStudy(busyIn(name)).warnings).toEqual([
      expect.stringContaining(`${name} (seed ${SEEDS[0]}) trained under a different load from the baseline`),
      expect.stringContaining(`${name} (seed ${SEEDS[0]}) trained while other programs`),
    ]);
    expect(compareStudy(busyIn(name, { deleted: true })).warnings).toEqual([]);
    expect(compareStudy(busyIn(name, { status: 'failed' })).warnings).toEqual([]);
  });
});
