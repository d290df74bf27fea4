import { describe, expect, it } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import { CLAIM_LIMIT } from '#core/analysis/outcome-words.ts';
import { armsOf } from '#core/study.ts';
import { terminalComparison } from '../../src-main/export/table.ts';
import { studyFixture } from '../support/study-fixture.ts';

const [baseline, cubic] = armsOf([{ kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true }], false);
const BASELINE = {
  arm: baseline,
  runs: [
    { seed: 1, testError: 0.1, trainingSeconds: 100 },
    { seed: 2, testError: 0.08, trainingSeconds: 200 },
  ],
};

describe('comparisonTable', () => {
  it('lines up the arms with units, n and intervals', () => {
    const runs = [
      { seed: 1, testError: 0.11, trainingSeconds: 80, profileSaved: 0.2 },
      { seed: 2, testError: 0.083, trainingSeconds: 156, profileSaved: 0.21 },
    ];
    const table = terminalComparison(
      compareStudy(studyFixture([BASELINE, { arm: cubic, computeSaved: 0.234, runs }], [1, 2])),
    );
    // t(0.975, 1) = 12.706 (SciPy 1.17.1): 21 -+ 12.7 %, 13.2 % with whole seconds; 0.65 -+ 4.45 points.
    expect(table.split('\n')).toEqual([
      'arm               n        saved (wall)  profile  compute   error      error delta, pts  relative  front',
      'baseline          2    0.0 % [0.0, 0.0]        –    0.0 %  9.00 %     0.00 [0.00, 0.00]     0.0 %      *',
      'cubic scaled 0.8  2  21.0 % [7.8, 34.2]   20.5 %   23.4 %  9.65 %  +0.65 [−3.80, +5.10]    +6.9 %      *',
      '',
      'pts: percentage points; [ ] 95 % interval over seeds, paired Student t; – not measured',
      '* on the Pareto front: no other arm saves as much time with as few errors',
      '',
      'Two seeds cannot show anything; add at least one.',
    ]);
  });

  it('says next to claims where they are false more often than in 5 % of studies', () => {
    const third = { seed: 3, testError: 0.12, trainingSeconds: 150 };
    const all = [...BASELINE.runs, third];
    const sped = all.map((run) => ({ ...run, trainingSeconds: 0.8 * run.trainingSeconds }));
    const table = terminalComparison(
      compareStudy(
        studyFixture(
          [
            { ...BASELINE, runs: all },
            { arm: cubic, runs: sped },
          ],
          [1, 2, 3],
        ),
      ),
    );
    expect(table).toContain(
      '* on the Pareto front, with the share of resamples of the seeds in which an arm is on it: no',
    );
    expect(table).toContain('\ncubic scaled 0.8\n  Saved ');
    expect(table.replaceAll(/\s+/g, ' ')).toContain(`less time not shown (n = 3) not worse ${CLAIM_LIMIT}`);
  });

  it('shows an en dash for what is not known', () => {
    const table = terminalComparison(
      compareStudy(studyFixture([BASELINE, { arm: cubic, computeSaved: 0.234, runs: [] }], [1])),
    );
    expect(table.split('\n')[2]).toBe(
      'cubic scaled 0.8  0             –        –   23.4 %        –                 –         –',
    );
    expect(table).toContain('no interval with one seed');
  });
});
