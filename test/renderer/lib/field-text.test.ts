import { describe, expect, it } from 'vitest';
import type { FieldFormat, FieldValue } from '#core/run-fields.ts';
import { findField, RUN_FIELDS } from '#core/run-fields.ts';
import {
  fieldText,
  fieldTextWithUnit,
  fieldTitle,
  groupCellText,
  groupCellTitle,
} from '../../../src-renderer/lib/field-text.ts';

describe('a value', () => {
  it.each<[FieldFormat, FieldValue, string]>([
    ['text', '', '–'],
    ['text', [], '–'],
    ['text', ['a', 'b'], 'a, b'],
    ['flag', false, 'no'],
    ['count', 12_345, '12\u202f345'],
    ['number', 0.0001, '0.0001'],
    ['number', 1e-7, '1e−7'],
    ['loss', 0.12345, '0.1235'],
    ['loss', 123_456, '1.23e5'],
    ['loss', Number.NaN, 'NaN'],
    ['loss', Number.POSITIVE_INFINITY, '∞'],
    ['percent', 7.894, '7.89'],
    ['duration', 5400, '1 h 30 min'],
    ['moment', new Date(2026, 10, 24, 9, 5, 7).getTime(), '2026-11-24 09:05'],
    ['percent', null, '–'],
    ['percent', Number.NaN, '–'],
  ])('of kind %s: %j is written %s', (format, value, text) => {
    expect(fieldText(format, value)).toBe(text);
  });

  it('carries its unit where no column does', () => {
    const error = findField(RUN_FIELDS, 'test-error');
    expect(error && fieldTitle(error)).toBe('test error (%)');
    expect([fieldTextWithUnit('percent', 7.5), fieldTextWithUnit('percent', null)]).toEqual(['7.50 %', '–']);
  });
});

describe('a group', () => {
  const error = RUN_FIELDS.find(({ key }) => key === 'test-error') ?? RUN_FIELDS[0];
  const cell = { kind: 'mean', mean: 7.894, halfWidth: 0.345, known: 3, of: 3 } as const;

  it('shows mean and half width, and of how many runs where not of all', () => {
    expect(groupCellText('percent', cell)).toBe('7.89 ± 0.34');
    expect(groupCellText('percent', { ...cell, halfWidth: null, known: 1 })).toBe('7.89 (1 of 3)');
    expect(groupCellText('count', { ...cell, mean: 50, halfWidth: 2.44 })).toBe('50 ± 2.4');
    expect(groupCellText('text', { kind: 'various', count: 3 })).toBe('3 values');
  });

  it('says what the numbers are', () => {
    expect(error && groupCellTitle(error, cell)).toBe(
      'Mean test error of 3 runs, with half the width of its 95 % interval (Student’s t)',
    );
    expect(error && groupCellTitle(error, { ...cell, halfWidth: null, known: 1 })).toBe(
      'Mean test error of 1 of 3 runs',
    );
  });
});
