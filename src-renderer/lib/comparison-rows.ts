import type { ConfigRow } from '#core/config-diff.ts';
import type { RunSummary } from '#core/records.ts';
import { columnField } from '#core/run-columns.ts';
import { fieldTextWithUnit } from './field-text.ts';

/** A row of the table of compared runs: one value for each of them. */
export interface ComparedRow {
  readonly key: string;
  readonly title: string;
  readonly values: readonly string[];
  readonly isNumber: boolean;
}

const NUMBER_KEYS = [
  'epoch',
  'training',
  'saved',
  'frozen',
  'train-loss',
  'best-train-loss',
  'validation-loss',
  'best-validation-loss',
  'validation-error',
  'best-validation-error',
  'test-error',
];

/** What came of the runs, side by side. */
export function numberRows(runs: readonly RunSummary[]): readonly ComparedRow[] {
  return NUMBER_KEYS.flatMap((key) => {
    const field = columnField(key);
    if (field === null) return [];
    const values = runs.map((run) => fieldTextWithUnit(field.format, field.value(run)));
    return [{ key, title: field.title, values, isNumber: true }];
  });
}

/** The settings that differ, or all of them. */
export function settingRows(rows: readonly ConfigRow[], isAll: boolean): readonly ComparedRow[] {
  return rows
    .filter(({ differs }) => isAll || differs)
    .map(({ part, key, values }) => ({
      key: `${part} ${key}`,
      title: key,
      values: values.map((value) => value ?? 'not set'),
      isNumber: values.every((value) => value === null || !Number.isNaN(Number(value))),
    }));
}
