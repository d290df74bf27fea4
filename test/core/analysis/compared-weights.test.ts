import { describe, expect, it } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import type { StudyRecord } from '#core/records.ts';
import { ARM, BASELINE, studyFixture } from '../../support/study-fixture.ts';

const SEEDS = [1, 2, 3];

/** Runs whose hashes of weights are these letters, by arm and seed; "-" drew them. */
function studyFrom(ofBaseline: string, ofArm: string): StudyRecord {
  const runs = SEEDS.map((seed) => ({ seed, testError: 0.1, trainingSeconds: 100 }));
  const study = studyFixture(
    [BASELINE, ARM].map((arm) => ({ arm, runs })),
    SEEDS,
  );
  return {
    ...study,
    runs: study.runs.map((run) => {
      const letter = (run.arm === BASELINE.name ? ofBaseline : ofArm)[run.seed - 1];
      return { ...run, weights: letter === '-' ? null : { sha256: letter.repeat(64) } };
    }),
  };
}

describe('a comparison of runs that begin with weights', () => {
  it('pairs all runs that begin with the same weights, and those that draw theirs', () => {
    const drawn = compareStudy(studyFrom('---', '---'));
    expect([drawn.weights, drawn.warnings]).toEqual([{ sha256: null, leftOut: [] }, []]);
    const same = compareStudy(studyFrom('aaa', 'aaa'));
    expect([same.weights, same.warnings]).toEqual([{ sha256: 'a'.repeat(64), leftOut: [] }, []]);
  });

  it("leaves out runs that begin with other weights than the baseline's first, and names them", () => {
    const { weights, warnings, verdicts, arms } = compareStudy(studyFrom('aaa', 'abb'));
    expect(arms[1].points.map(({ seed }) => seed)).toEqual([1]);
    expect(weights.leftOut.map(({ arm, seed }) => `${arm} ${seed}`)).toEqual(['cubic 0.5 2', 'cubic 0.5 3']);
    expect(warnings).toEqual([
      "2 runs that begin with other weights (bbbbbbbbbbbb) than the study's baseline (aaaaaaaaaaaa) are left out: seeds 2 and 3.",
    ]);
    expect(verdicts[0].text).toContain('2 of 3 runs from other weights.');
    expect(compareStudy(studyFrom('aaa', 'aab')).warnings).toEqual([
      "1 run that begins with other weights (bbbbbbbbbbbb) than the study's baseline (aaaaaaaaaaaa) is left out: seed 3.",
    ]);
  });
});
