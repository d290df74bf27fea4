import { describe, expect, it } from 'vitest';
import type { Comparison } from '#core/analysis/comparison.ts';
import { compareStudy } from '#core/analysis/comparison.ts';
import { comparisonCsv } from '../../src-main/export/csv.ts';
import { readCsv } from '../support/csv-text.ts';
import { randomStudy } from '../support/study-fixture.ts';

const comparison = compareStudy(randomStudy({ policies: 2, seeds: [1, 2, 3] }));

function renamed(name: string): Comparison {
  return { ...comparison, arms: comparison.arms.map((arm) => ({ ...arm, name })) };
}

describe('comparisonCsv', () => {
  it('has a row an arm and the JSON’s numbers with all digits', () => {
    const [titles, ...rows] = readCsv(comparisonCsv(comparison));
    expect(rows).toHaveLength(5);
    const cell = (row: number, title: string) => rows[row][titles.indexOf(title)];
    comparison.arms.forEach((arm, row) => {
      expect(cell(row, 'arm')).toBe(arm.name);
      expect(JSON.parse(cell(row, 'policy'))).toEqual(arm.policy);
      expect(cell(row, 'seeds')).toBe('1 2 3');
      expect(cell(row, 'saved.profile')).toBe('');
      expect(Number(cell(row, 'saved.wall'))).toBe(arm.saved.wall);
      expect(Number(cell(row, 'errorDelta'))).toBe(arm.errorDelta);
      expect(Number(cell(row, 'ci.wall.low'))).toBe(arm.ci.wall?.[0]);
      expect(Number(cell(row, 'ci.relativeErrorIncrease.high'))).toBe(arm.ci.relativeErrorIncrease?.[1]);
      expect(cell(row, 'onFront')).toBe(String(arm.onFront));
    });
  });

  it('survives commas and quotes in a name, and keeps it on its line', () => {
    const rows = readCsv(comparisonCsv(renamed('a, "b"\r\nc')));
    expect(rows.map((row) => row[0])).toEqual(['arm', ...Array(5).fill('a, "b" c')]);
  });

  it.each(['=1+1', '+1', '-1', '@x'])('does not let the text %j begin a formula', (name) => {
    expect(readCsv(comparisonCsv(renamed(name)))[1][0]).toBe(`'${name}`);
  });

  it('leaves a negative number a number', () => {
    const arms = comparison.arms.map((arm) => ({ ...arm, errorDelta: -0.5 }));
    expect(comparisonCsv({ ...comparison, arms })).toContain(',-0.5,');
  });
});
