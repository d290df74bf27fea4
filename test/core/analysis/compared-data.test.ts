import { describe, expect, it } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import type { StudyRecord } from '#core/records.ts';
import { armsOf } from '#core/study.ts';
import { studyFixture } from '../../support/study-fixture.ts';

const [baseline, cubic] = armsOf([{ kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true }], false);
const SEEDS = [1, 2, 3];
const ERRORS = { baseline: [0.1, 0.2, 0.3], cubic: [0.12, 0.24, 0.36] };

/** Runs whose hashes are these letters, by arm and seed; "-" was not recorded. */
function studyOn(ofBaseline: string, ofCubic: string): StudyRecord {
  const runs = (errors: readonly number[]) =>
    SEEDS.map((seed, index) => ({ seed, testError: errors[index], trainingSeconds: 100 }));
  const study = studyFixture(
    [
      { arm: baseline, runs: runs(ERRORS.baseline) },
      { arm: cubic, computeSaved: 0.2, runs: runs(ERRORS.cubic) },
    ],
    SEEDS,
  );
  return {
    ...study,
    runs: study.runs.map((run) => {
      const letter = (run.arm === baseline.name ? ofBaseline : ofCubic)[run.seed - 1];
      return { ...run, data: letter === '-' ? null : { sha256: letter.repeat(64), location: null } };
    }),
  };
}

const points = (study: StudyRecord) => compareStudy(study).arms[1].points.map(({ seed }) => seed);

describe('a comparison', () => {
  it('pairs all runs on the same data, and says nothing of them', () => {
    const { data, warnings } = compareStudy(studyOn('aaa', 'aaa'));
    expect([points(studyOn('aaa', 'aaa')), warnings]).toEqual([[1, 2, 3], []]);
    expect(data).toEqual({ sha256: 'a'.repeat(64), unrecorded: 0, leftOut: [] });
  });

  it("leaves out runs on other data than the baseline's first, pairs among themselves too, and names them", () => {
    const study = studyOn('aab', 'abb');
    const { data, warnings, verdicts, arms } = compareStudy(study);
    expect(points(study)).toEqual([1]);
    // 100 x (0.12 - 0.10)
    expect(arms[1].errorDelta).toBeCloseTo(2, 12);
    expect(data.leftOut.map(({ arm, seed }) => `${arm} ${seed}`)).toEqual([
      'baseline 3',
      'cubic scaled 0.8 2',
      'cubic scaled 0.8 3',
    ]);
    expect(warnings).toEqual([
      "3 runs on other images (bbbbbbbbbbbb) than the study's baseline (aaaaaaaaaaaa) are left out: seeds 2 and 3.",
    ]);
    expect(verdicts[0].text).toContain('2 of 3 runs on other data. 1 of 3 baseline runs on other data.');
  });

  it('counts runs that did not record their data, and says so', () => {
    const study = studyOn('-aa', '-a-');
    expect(points(study)).toEqual([1, 2, 3]);
    expect(compareStudy(study).warnings).toEqual([
      'The data of 3 runs are not recorded, as in version 0.1.0: nothing shows that all runs trained on the same images.',
    ]);
    expect(compareStudy(studyOn('---', '---')).data).toEqual({ sha256: null, unrecorded: 6, leftOut: [] });
  });

  it('takes the data of the first baseline run that finished', () => {
    const study = studyOn('baa', 'aaa');
    const first = study.runs.map((run, index) => (index === 0 ? { ...run, status: 'interrupted' as const } : run));
    expect(points({ ...study, runs: first })).toEqual([2, 3]);
    const deleted = study.runs.map((run, index) => (index === 0 ? { ...run, deleted: true } : run));
    expect(points({ ...study, runs: deleted })).toEqual([2, 3]);
  });
});
