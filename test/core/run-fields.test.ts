import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RunField } from '#core/run-fields.ts';
import { fieldAtEpoch, findField, isNumeric, RUN_FIELDS, sortedBy } from '#core/run-fields.ts';
import { resolvedSpec, runSummary } from '../support/run-summary.ts';

function fieldNamed(name: string): RunField {
  const field = findField(RUN_FIELDS, name);
  if (field === null) throw new Error(`no field ${name}`);
  return field;
}

const valueIn = (name: string, run = runSummary()) => fieldNamed(name).value(run);

it('names each field once, in lower case', () => {
  const names = RUN_FIELDS.flatMap(({ key, aliases }) => [key, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z][a-z0-9-]*$/.test(name))).toEqual([]);
});

it('finds a field however its name is written', () => {
  const key = (name: string) => findField(RUN_FIELDS, name)?.key ?? null;
  expect(['test-error', 'Test error', 'testError', 'TEST_ERROR', 'error'].map(key)).toEqual(
    Array(5).fill('test-error'),
  );
  expect([key('tag'), key('nothing')]).toEqual(['tags', null]);
});

it('shows fractions in percent, and what a run has not as null', () => {
  expect([valueIn('saved'), valueIn('test-error')]).toEqual([20, null]);
  expect([valueIn('growth'), valueIn('width'), valueIn('skip')]).toEqual([12, null, null]);
  const residual = runSummary({
    spec: resolvedSpec({ model: { kind: 'wide-resnet', depth: 16, width: 1 }, policy: { kind: 'none' } }),
  });
  expect([valueIn('growth', residual), valueIn('width', residual), valueIn('skip', residual)]).toEqual([null, 1, true]);
  expect(['shape', 't0', 'scaled', 'network'].map((name) => valueIn(name, residual))).toEqual([
    null,
    null,
    null,
    'ResNet 16',
  ]);
  const drawn = {
    kind: 'freezeout',
    shape: 'curve',
    points: [
      [0, 0.5],
      [1, 1],
    ],
  };
  expect(valueIn('t0', runSummary({ spec: resolvedSpec({ policy: drawn }) }))).toBe(null);
});

it('has a series at an epoch for the runs that got there', () => {
  const field = fieldAtEpoch('validationError', 3, new Map([['run-1', 0.5]]));
  expect([field.title, isNumeric(field)]).toEqual(['validation error at epoch 3', true]);
  expect([field.value(runSummary()), field.value(runSummary({ id: 'other' }))]).toEqual([50, null]);
});

it('sorts texts as people read them', () => {
  const runs = ['arm 10', null, 'Arm 9', 'arm 1'].map((arm, index) => runSummary({ id: String(index), arm }));
  expect(sortedBy(runs, fieldNamed('arm').value, false).map(({ arm }) => arm)).toEqual([
    'arm 1',
    'Arm 9',
    'arm 10',
    null,
  ]);
});

it('sorts numbers either way, alike ones as they came, unknown ones last', () => {
  const errors = fc.array(fc.option(fc.constantFrom(0.1, 0.2, 0.3, Number.NaN, Number.POSITIVE_INFINITY)));
  fc.assert(
    fc.property(errors, fc.boolean(), (values, descending) => {
      const runs = values.map((testError, index) => runSummary({ id: String(index), testError }));
      const sorted = sortedBy(runs, fieldNamed('test-error').value, descending);
      const rank = (error: number) => (Number.isNaN(error) ? 1e300 : Math.min(error, 1e200));
      const independent = runs
        .map((run, index) => ({ run, index }))
        .sort((a, b) => {
          const [left, right] = [a.run.testError, b.run.testError];
          if (left === null || right === null)
            return Number(left === null) - Number(right === null) || a.index - b.index;
          return (descending ? -1 : 1) * Math.sign(rank(left) - rank(right)) || a.index - b.index;
        });
      expect(sorted.map(({ id }) => id)).toEqual(independent.map(({ run }) => run.id));
    }),
  );
});
