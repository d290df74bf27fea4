import { describe, expect, it } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import { armsOf } from '#core/study.ts';
import {
  ARM_COLUMNS,
  armRows,
  equalTimeSteps,
  nextSort,
  runsText,
  sortedArmRows,
  speedup,
} from '../../../src-renderer/lib/arm-table.ts';
import { randomStudy, studyFixture } from '../../support/study-fixture.ts';

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
const [, cubicRow, equalTimeRow] = armRows([compared(small)], view);

describe('the table of arms', () => {
  it('writes the numbers of the comparison, with unit, n and interval', () => {
    const text = (id: string) => column(id).cell(cubicRow);
    // Saved 1 - 80/100 and 1 - 150/200: mean 22.5 %, half width t(0.975, 1) x 5 / sqrt(2) / sqrt(2) = 12.7062 x 2.5 %.
    expect(text('wall')).toMatchObject({ text: '22.5 %', interval: '−9.3 to 54.3' });
    expect(text('speedup').text).toBe('1.29×');
    expect(text('profile').text).toBe('–');
    expect(text('profile').reason).toMatch(/has measured its steps/);
    expect(text('compute').text).toBe('23.4 %');
    expect(text('testError').text).toBe('9.50 %');
    // 1 and 0 points: mean 0.5, half width 12.7062 x 0.5.
    expect(text('errorDelta')).toMatchObject({ text: '+0.50', interval: '−5.85 to +6.85' });
    // 0.01 / 0.1 and 0: 5 %, half width 12.7062 x 5 %.
    expect(text('relative')).toMatchObject({ text: '+5.0 %', interval: '−58.5 to 68.5' });
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
      interval: '8.3 to 33.7',
    });
  });

  it('says what the steps of an equal-time baseline were fixed from', () => {
    expect(equalTimeSteps(equalTimeRow)).toMatch(/^2.000 steps, by compute$/);
    const arms = small.arms.map((arm) => (arm.role === 'equal-time' ? { ...arm, stepsFrom: 'profile' as const } : arm));
    expect(equalTimeSteps({ ...equalTimeRow, study: { ...small, arms } })).toMatch(/steps, by profile$/);
  });

  it('says why a number is not known, and which runs there are', () => {
    expect(column('wall').cell(equalTimeRow)).toMatchObject({ text: '–', interval: null });
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
        .filter((row) => row.onFront)
        .map((row) => row.arm.name);
    expect(front({})).toEqual(rows.filter((row) => row.arm.onFront).map((row) => row.arm.name));
    expect(front({ saved: 'profile' })).toEqual([]);
    expect(front({ equalTime: false }).some((name) => name.includes('equal time'))).toBe(false);
  });

  it('writes speedups', () => {
    expect([0, 0.2, 0.5, -0.25, 1, null].map(speedup)).toEqual(['1.00×', '1.25×', '2.00×', '0.80×', '–', '–']);
  });
});
