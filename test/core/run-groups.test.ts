import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunField } from '#core/run-fields.ts';
import { findField, RUN_FIELDS } from '#core/run-fields.ts';
import type { RunGroup } from '#core/run-groups.ts';
import { GROUPINGS, groupCell, groupRuns, groupValue, SAME_CONFIGURATION } from '#core/run-groups.ts';
import { resolvedSpec, runSummary } from '../support/run-summary.ts';

function fieldNamed(name: string): RunField {
  const field = findField(RUN_FIELDS, name);
  if (field === null) throw new Error(`no field ${name}`);
  return field;
}

function groupOf(errors: readonly (number | null)[]): RunGroup {
  const runs = errors.map((testError, index) =>
    runSummary({ id: `run-${index}`, testError, spec: resolvedSpec({ seed: index + 1 }) }),
  );
  return groupRuns(runs, [SAME_CONFIGURATION])[0];
}

describe('groupRuns', () => {
  it('never groups by the seed', () => {
    expect(GROUPINGS.map(({ key }) => key)).not.toContain('seed');
  });

  it('puts every run into the one group of its values, in the order they come', () => {
    const some = fc.array(fc.tuple(fc.constantFrom(10, 20), fc.constantFrom('a', 'b', null)));
    fc.assert(
      fc.property(some, (made) => {
        const runs = made.map(([batchSize, arm], index) =>
          runSummary({ id: String(index), arm, spec: resolvedSpec({ batchSize }) }),
        );
        const groups = groupRuns(runs, [fieldNamed('batch'), fieldNamed('arm')]);
        const places = groups.map((group) => group.runs.map(({ id }) => Number(id)));
        expect(places.flat().toSorted((a, b) => a - b)).toEqual(runs.map((_, index) => index));
        expect(places).toEqual(places.toSorted((a, b) => a[0] - b[0]));
        for (const group of groups) {
          for (const run of group.runs) expect([run.spec.batchSize, run.arm]).toEqual(group.shared);
        }
        expect(new Set(groups.map(({ shared }) => String(shared))).size).toBe(groups.length);
      }),
    );
  });
});

describe('a group', () => {
  // R: x <- c(8, 9, 13); mean(x) = 10; qt(.975, 2) * sd(x) / sqrt(3) = 4.302653 * 2.645751 / 1.732051 = 6.572411
  it('has the mean of three outcomes with its half width', () => {
    const cell = groupCell(groupOf([0.08, 0.09, 0.13]), fieldNamed('test-error'));
    expect(cell).toMatchObject({ kind: 'mean', known: 3, of: 3 });
    if (cell.kind !== 'mean') return;
    expect(cell.mean).toBeCloseTo(10, 9);
    expect(cell.halfWidth).toBeCloseTo(6.572411, 5);
  });

  it('says of how many runs a mean is, and has no interval of one', () => {
    expect(groupCell(groupOf([0.08, null, null]), fieldNamed('test-error'))).toEqual({
      kind: 'mean',
      mean: 8,
      halfWidth: null,
      known: 1,
      of: 3,
    });
  });

  it('has no width where an outcome has no end', () => {
    const cell = groupCell(groupOf([0.1, Number.POSITIVE_INFINITY]), fieldNamed('test-error'));
    expect(cell).toMatchObject({ kind: 'mean', mean: Number.POSITIVE_INFINITY, halfWidth: null });
  });

  it('has nothing where nothing is known', () => {
    expect(groupCell(groupOf([null, null]), fieldNamed('test-error'))).toEqual({ kind: 'same', value: null });
  });

  it('shows a setting that its runs share, and how many values there are of others', () => {
    const group = groupOf([0.1, 0.2]);
    expect(groupCell(group, fieldNamed('batch'))).toEqual({ kind: 'same', value: 50 });
    expect(groupCell(group, fieldNamed('name'))).toEqual({ kind: 'various', count: 2 });
    expect(groupCell(group, fieldNamed('arm'))).toEqual({ kind: 'same', value: 'cubic scaled 0.8' });
  });

  it('is sorted by what it shows', () => {
    const group = groupOf([0.25, 0.75]);
    expect(groupValue(group, fieldNamed('test-error'))).toBe(50);
    expect(groupValue(group, fieldNamed('arm'))).toBe('cubic scaled 0.8');
  });
});

it('tells the equal-time baselines of a study from its baseline and from one another', () => {
  const baseline = { arm: 'baseline', role: 'baseline' } as const;
  const runs = [
    runSummary(baseline),
    runSummary({ ...baseline, spec: resolvedSpec({ seed: 2 }) }),
    runSummary({ role: 'equal-time', arm: 'cubic scaled 0.8, equal time' }),
    runSummary({ role: 'equal-time', arm: 'linear plain 0.5, equal time' }),
  ];
  expect(groupRuns(runs, [SAME_CONFIGURATION]).map((group) => group.runs.length)).toEqual([2, 1, 1]);
});
