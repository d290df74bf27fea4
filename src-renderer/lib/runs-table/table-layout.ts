import { columnField } from '#core/run-columns.ts';
import type { RunField } from '#core/run-fields.ts';

export interface Column {
  readonly key: string;
  /** The column's width in CSS pixels. */
  readonly width: number;
}

/** How the table of runs is arranged; kept from one start to the next. */
export interface TableLayout {
  /** The columns in their order; the first, the run's name, stays where it is. */
  readonly columns: readonly Column[];
  readonly sort: { readonly key: string; readonly descending: boolean };
  /** The keys of the fields that runs are grouped by; empty for single runs. */
  readonly groupBy: readonly string[];
}

export const NAME_KEY = 'name';
const NARROWEST = 56;
const WIDEST = 800;
const WIDTHS: Readonly<Record<RunField['format'], number>> = {
  text: 144,
  flag: 72,
  count: 80,
  number: 88,
  loss: 112,
  percent: 152,
  duration: 112,
  moment: 136,
};
const WIDE_KEYS: Readonly<Record<string, number>> = {
  [NAME_KEY]: 312,
  status: 112,
  network: 192,
  note: 240,
  'best-validation-error': 184,
};

const FIRST_KEYS = [
  NAME_KEY,
  'status',
  'study',
  'dataset',
  'network',
  'epoch',
  'training',
  'saved',
  'validation-error',
  'best-validation-error',
  'test-error',
  'tags',
  'created',
];

export function newColumn(key: string): Column {
  const field = columnField(key);
  return { key, width: WIDE_KEYS[key] ?? WIDTHS[field?.format ?? 'loss'] };
}

export const FIRST_LAYOUT: TableLayout = {
  columns: FIRST_KEYS.map(newColumn),
  sort: { key: 'created', descending: true },
  groupBy: [],
};

export function resized(columns: readonly Column[], key: string, width: number): readonly Column[] {
  const within = Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
  return columns.map((column) => (column.key === key ? { key, width: within } : column));
}

/** Moves a column to another place; the name stays first. */
export function moved(columns: readonly Column[], key: string, place: number): readonly Column[] {
  const column = columns.find((one) => one.key === key);
  if (column === undefined || key === NAME_KEY) return columns;
  const others = columns.filter((one) => one !== column);
  return others.toSpliced(Math.max(1, Math.min(others.length, place)), 0, column);
}

export function toggled(columns: readonly Column[], key: string): readonly Column[] {
  if (key === NAME_KEY) return columns;
  const others = columns.filter((column) => column.key !== key);
  return others.length < columns.length ? others : [...columns, newColumn(key)];
}

/** The layout that was kept, without columns and settings that this version does not know. */
export function readLayout(kept: unknown): TableLayout {
  if (!isRecord(kept)) return FIRST_LAYOUT;
  const columns = (Array.isArray(kept.columns) ? kept.columns : []).filter(isColumn);
  const distinct = columns.filter(({ key }, index) => columns.findIndex((one) => one.key === key) === index);
  const name = distinct.find(({ key }) => key === NAME_KEY) ?? newColumn(NAME_KEY);
  const others = distinct.filter(({ key }) => key !== NAME_KEY);
  const groupBy = Array.isArray(kept.groupBy) ? kept.groupBy.filter((key) => typeof key === 'string') : [];
  return {
    columns: others.length === 0 ? FIRST_LAYOUT.columns : [name, ...others].map(({ key, width }) => ({ key, width })),
    sort: isSort(kept.sort) ? { key: kept.sort.key, descending: kept.sort.descending } : FIRST_LAYOUT.sort,
    groupBy,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isColumn(value: unknown): value is Column {
  if (!isRecord(value) || typeof value.key !== 'string' || columnField(value.key) === null) return false;
  return typeof value.width === 'number' && value.width >= NARROWEST && value.width <= WIDEST;
}

function isSort(value: unknown): value is TableLayout['sort'] {
  return (
    isRecord(value) &&
    typeof value.key === 'string' &&
    columnField(value.key) !== null &&
    typeof value.descending === 'boolean'
  );
}
