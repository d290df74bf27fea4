import { describe, expect, it } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import { armsOf } from '#core/study.ts';
import { lessTrainingMark, lessTrainingReason, speedup } from '../../../../src-renderer/lib/arm-table/arm-cells.ts';
import {
  ARM_COLUMNS,
  columnsWithin,
  nextSort,
  sortedArmRows,
} from '../../../../src-renderer/lib/arm-table/arm-columns.ts';
import { armDetails } from '../../../../src-renderer/lib/arm-table/arm-details.ts';
import { armRows, equalTimeStepsText, isPale, runsText } from '../../../../src-renderer/lib/arm-table/arm-rows.ts';
import { armTableText } from '../../../../src-renderer/lib/arm-table/arm-table-text.ts';
import { randomStudy, studyFixture } from '../../../support/study-fixture.ts';

const view = comparisonViewSchema.parse({ studies: ['study-1'] });
const compared = (study: ReturnType<typeof studyFixture>) => ({ study, comparison: compareStudy(study) });
const study = randomStudy({ policies: 3, seeds: [1, 2, 3] });
const rows = armRows([compared(study)], view);
const column = (id: string) => {
  const found = ARM_COLUMNS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`There is no column ${id}.`);
  return found;
};

const [baseline, cubic, cubicEqualTime] = armsOf([{ kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true }], true);
const run = (seed: number, testError: number | null, trainingSeconds: number) => ({ seed, testError, trainingSeconds });

/** Baseline errors 10 and 8 % in 100 and 200 s. */
const small = studyFixture(
  [
    { arm: baseline, runs: [run(1, 0.1, 100), run(2, 0.08, 200)] },
    { arm: cubic, computeSaved: 0.234, runs: [run(1, 0.11, 80), run(2, 0.08, 150)] },
    { arm: cubicEqualTime, runs: [{ ...run(1, null, 0), status: 'failed' as const }] },
  ],
  [1, 2],
);
const UNSETTLED = { p: 0.5, holm: 0.5, holds: false, seedsNeeded: null };
const NON_INFERIORITY = { ...UNSETTLED, margin: 0.5, upper: 0.3, lower: -0.1, worse: UNSETTLED };
const [, cubicRow, equalTimeRow] = armRows([compared(small)], view);
/** The same two arms with a third seed. */
const [, threeSeeds] = armRows(
  [
    compared(
      studyFixture(
        [
          { arm: baseline, runs: [run(1, 0.1, 100), run(2, 0.08, 200), run(3, 0.12, 400)] },
          { arm: cubic, runs: [run(1, 0.11, 80), run(2, 0.08, 150), run(3, 0.12, 320)] },
        ],
        [1, 2, 3],
      ),
    ),
  ],
  view,
);

describe('the table of arms on the clipboard', () => {
  it('has every column, numbers as numbers, and neither signs nor units in its cells', () => {
    const lines = armTableText(rows, false)
      .split('\n')
      .map((line) => line.split('\t'));
    const [heads = [], ...cells] = lines;
    expect(heads.slice(0, 5)).toEqual([
      'arm',
      'role',
      'time saved wall clock (%)',
      'time saved wall clock (%) low',
      'time saved wall clock (%) high',
    ]);
    expect(new Set(heads).size).toBe(heads.length);
    expect(cells.map(([name]) => name)).toEqual(study.arms.map(({ name }) => name));
    for (const line of lines) expect(line).toHaveLength(heads.length);
    expect(cells.flat().join()).not.toMatch(/[%×–−▸▾●]/);
    const [, policy = []] = cells;
    const of = (head: string) => Number(policy[heads.indexOf(head)]);
    const { arm } = rows[1];
    expect(of('time saved wall clock (%)')).toBeCloseTo(100 * Number(arm.saved.wall), 1);
    expect(of('error delta, points high')).toBeCloseTo(Number(arm.ci.errorDelta?.[1]), 2);
    expect(armTableText(rows, true).split('\n')[1]).toMatch(/^quick\tbaseline\t/);
  });

  it('pastes no name as a formula', () => {
    const named = { ...rows[1], arm: { ...rows[1].arm, name: '=1+1\tx' } };
    expect(armTableText([named], false).split('\n')[1]).toMatch(/^'=1\+1 ?x\tpolicy\t/);
  });
});

describe('the table of arms', () => {
  it('writes the numbers of the comparison, with unit, n and interval', () => {
    const text = (id: string) => column(id).cell(cubicRow);
    // Saved 1 - 80/100 and 1 - 150/200: mean 22.5 %, half width t(0.975, 1) sqrt(2.5^2 + 0.29^2) = 12.7062 x 2.517 %: whole seconds.
    expect(text('wall')).toMatchObject({ text: '22.5 %', below: '−9.5 to 54.5' });
    expect(text('speedup').text).toBe('1.29×');
    expect(text('profile').text).toBe('–');
    expect(text('profile').reason).toMatch(/has measured its steps/);
    expect(text('compute').text).toBe('23.4 %');
    expect(text('testError').text).toBe('9.50 %');
    // 1 and 0 points: mean 0.5, half width 12.7062 x 0.5.
    expect(text('errorDelta')).toMatchObject({ text: '+0.50', below: '−5.85 to +6.85' });
    // 0.01 / 0.1 and 0: 5 %, half width 12.7062 x 5 %.
    expect(text('relative')).toMatchObject({ text: '+5.0 %', below: '−58.5 to 68.5' });
    expect(text('n').text).toBe('2');
    expect(text('wall').reason).toMatch(/95 % interval .* 2 pairs/);
  });

  it('has the mean of the runs’ own profiles, with its interval', () => {
    const runs = [
      { ...run(1, 0.11, 80), profileSaved: 0.2 },
      { ...run(2, 0.08, 150), profileSaved: 0.22 },
    ];
    const profiled = studyFixture([{ arm: cubic, runs }], [1, 2]);
    // 21 %, half width 12.7062 x 1 %
    expect(column('profile').cell(armRows([compared(profiled)], view)[0])).toMatchObject({
      text: '21.0 %',
      below: '8.3 to 33.7',
    });
  });

  it('says what the steps of an equal-time baseline were fixed from', () => {
    expect(equalTimeStepsText(equalTimeRow)).toMatch(/^2.000 steps, by compute$/);
    const arms = small.arms.map((arm) => (arm.role === 'equal-time' ? { ...arm, stepsFrom: 'profile' as const } : arm));
    expect(equalTimeStepsText({ ...equalTimeRow, study: { ...small, arms } })).toMatch(/steps, by profile$/);
  });

  it('says why a number is not known, and which runs there are', () => {
    expect(column('wall').cell(equalTimeRow)).toMatchObject({ text: '–', below: null });
    expect(column('wall').cell(equalTimeRow).reason).toMatch(/No seed has finished/);
    expect(column('testError').cell(equalTimeRow).reason).toMatch(/No run of this arm/);
    expect(runsText(equalTimeRow.runs)).toBe('1 failed');
    expect(runsText({})).toBe('none');
  });

  it('sorts by every column, and keeps each equal-time arm under its policy arm', () => {
    for (const { id, value } of ARM_COLUMNS) {
      for (const isDescending of [true, false]) {
        const sorted = sortedArmRows(rows, { column: id, isDescending });
        expect(new Set(sorted)).toEqual(new Set(rows));
        sorted.forEach((row, place) => {
          if (row.arm.of !== null) expect(sorted[place - 1].arm.name).toBe(row.arm.of);
        });
        const known = sorted
          .filter((row) => row.arm.of === null)
          .map(value)
          .filter((one) => one !== null);
        expect(known).toEqual(known.toSorted((a, b) => (isDescending ? b - a : a - b)));
      }
    }
    expect(sortedArmRows(rows, null)).toBe(rows);
  });

  it('sorts down, up, and not at all, press after press', () => {
    const first = nextSort(null, 'wall');
    const second = nextSort(first, 'wall');
    expect([first, second, nextSort(second, 'wall')]).toEqual([
      { column: 'wall', isDescending: true },
      { column: 'wall', isDescending: false },
      null,
    ]);
    expect(nextSort(second, 'n')).toEqual({ column: 'n', isDescending: true });
  });

  it('marks the front by the measures of the plot', () => {
    const front = (change: object) =>
      armRows([compared(study)], { ...view, ...change })
        .filter((row) => row.front === 'on')
        .map((row) => row.arm.name);
    expect(front({})).toEqual(rows.filter((row) => row.arm.onFront).map((row) => row.arm.name));
    expect(front({ saved: 'profile' })).toEqual([]);
    expect(front({ equalTime: false }).some((name) => name.includes('equal time'))).toBe(false);
  });

  it('gives a share of resamples to the front that was resampled alone', () => {
    const shares = (change: object) =>
      armRows([compared(study)], { ...view, ...change }).map(({ frontShare }) => frontShare);
    expect(shares({})).toEqual(rows.map(({ arm }) => arm.frontShare));
    for (const change of [{ error: 'relative' }, { saved: 'compute' }, { equalTime: false }, { facetBy: 't0' }]) {
      expect(shares(change).every((share) => share === null)).toBe(true);
    }
  });

  it('shows dominated arms paler, but never the baseline', () => {
    expect(rows.filter(isPale).map(({ arm }) => arm.name)).toEqual(
      rows.filter(({ arm }) => arm.front === 'dominated' && arm.role !== 'baseline').map(({ arm }) => arm.name),
    );
    expect(rows.some(isPale)).toBe(true);
  });

  it('writes the adjusted p of a claim, and the exact one on hover', () => {
    // Saved 20, 25 and 20 %: t = 21.67 / 1.68 with 2 degrees of freedom; three pairs give at least 0.25.
    expect(column('wallP').cell(threeSeeds).text).toBe('0.006');
    expect(column('wallP').cell(threeSeeds).reason).toMatch(/exact sign-flip 0\.25, which can be no less than 0\.25/);
    expect(column('wallP').cell(equalTimeRow)).toMatchObject({ text: '–' });
  });

  it('says that two seeds are too few', () => {
    const few = 'Not tested: two seeds cannot show anything; add at least one.';
    for (const id of ['wallP', 'errorP', 'margin'])
      expect(column(id).cell(cubicRow)).toMatchObject({ text: '–', reason: few });
  });

  it('says whether the margin is kept, and against which', () => {
    const cell = column('margin').cell(threeSeeds);
    expect(cell.below).toBe('not shown');
    expect(cell.reason).toMatch(/not shown whether it is within 0\.50 points/);
    const cellOf = (change: object) =>
      column('margin').cell({
        ...threeSeeds,
        arm: { ...threeSeeds.arm, nonInferiority: { ...NON_INFERIORITY, ...change } },
      });
    expect(cellOf({ holds: true }).below).toBe('not worse');
    const worse = cellOf({ worse: { ...UNSETTLED, holm: 0.003, holds: true } });
    expect(worse.below).toBe('worse');
    expect(worse.reason).toMatch(/shown to be worse than 0\.50 points \(0\.003 after Holm\)/);
  });

  it('marks an arm as better than training less, not better, or neither shown, and says why', () => {
    const against = {
      ...{ arm: 'control', pairs: 3, errorDelta: -1.22, ci: [-4.1, 0.5] as [number, number], saved: 0, isInTime: true },
      ...{ p: 0.2, holm: 0.4, beats: false, seedsNeeded: 12, notBetter: { ...UNSETTLED, p: 0.9, hadItsTime: true } },
    };
    const armWith = (change: object) => ({ ...cubicRow.arm, againstEqualTime: { ...against, ...change } });
    expect(lessTrainingMark(armWith({}))).toBe('against training less: not shown (n = 3, about 12 needed)');
    expect(lessTrainingReason(armWith({}))).toBe(
      'Its error is −1.22 points against the equal-time baseline’s (0.40 after Holm, 3 pairs). Not shown whether it is better than training less. About 12 seeds would settle a difference like this.',
    );
    expect(lessTrainingReason(armWith({ isInTime: false, holm: 0.01 }))).toMatch(/since it took more time/);
    expect(lessTrainingMark(armWith({ beats: true }))).toBe('shown better than training less');
    const worse = armWith({ errorDelta: 1.2, notBetter: { ...against.notBetter, holm: 0.01, holds: true } });
    expect(lessTrainingMark(worse)).toBe('shown not better than training less');
    expect(lessTrainingReason(worse)).toMatch(/\+1\.20 points .* \(0\.010 after Holm, 3 pairs\)/);
    expect(lessTrainingMark(cubicRow.arm)).toBeNull();
    const texts = armDetails({ ...cubicRow, arm: armWith({}) }).map(({ text }) => text);
    expect(texts.filter((text) => text.includes('Not shown whether it is better than training less'))).toHaveLength(1);
  });

  it('has all of its numbers in the details, however narrow it is', () => {
    // As the table has them.
    expect(armDetails(cubicRow)[0].text).toBe(
      '22.5 % (95 % interval −9.5 % to 54.5 %). Not shown: two seeds cannot show anything; add at least one.',
    );
    expect(armDetails(threeSeeds)[0].text).toMatch(
      /^21\.7 % \(95 % interval 14\.4 % to 28\.9 %\)\. Less time: shown\. Paired t 0\.006/,
    );
    const titles = armDetails(rows[1]).map(({ title }) => title);
    expect(titles).toEqual([
      ...['Time saved, wall clock', 'Compute saved, predicted', 'Error delta, points', 'Relative error increase'],
      ...['Not worse than the margin', 'Against training less', 'Pareto front'],
    ]);
  });

  it('shows as many columns as there is room for, and first what the question is about', () => {
    const arms = rows.map(({ arm }) => arm);
    const ids = (width: number) => columnsWithin(width, arms, false).map(({ id }) => id);
    expect(ids(0)).toEqual(['wall', 'errorDelta', 'n']);
    // Nobody measured the power of these runs.
    expect(ids(2000)).toEqual(ARM_COLUMNS.map(({ id }) => id).filter((id) => id !== 'energy'));
    const energy = { joules: 1, of: ['gpuWatts' as const], saved: 0.2, ci: null, test: null };
    const metered = arms.map((arm) => ({ ...arm, energy }));
    expect(columnsWithin(2000, metered, false)).toEqual(ARM_COLUMNS);
    for (let width = 0; width < 2000; width += 100) {
      expect(ids(width + 100)).toEqual(expect.arrayContaining(ids(width)));
    }
    const policies = arms.filter((arm) => arm.role !== 'equal-time');
    expect(columnsWithin(2000, policies, false).map(({ id }) => id)).not.toContain('equalTime');
  });

  it('writes speedups', () => {
    expect([0, 0.2, 0.5, -0.25, 1, null].map(speedup)).toEqual(['1.00×', '1.25×', '2.00×', '0.80×', '–', '–']);
  });
});
