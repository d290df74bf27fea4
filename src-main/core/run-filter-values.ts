import type { ComparisonOperatorToken, TagToken } from 'liqe';
import { badRequest } from './errors.ts';
import type { FieldValue, RunField } from './run-fields.ts';
import { isUnknown } from './run-fields.ts';

type ComparisonOperator = ComparisonOperatorToken['operator'];

/** Replaces the point of "1.5h" while the grammar reads it. */
export const HIDDEN_POINT = '\uE000';

export type ValueTest = (value: FieldValue) => boolean;

/** The test for `field:value`. Throws where the field cannot have such a value. */
export function valueTest(field: RunField, { expression, operator }: TagToken, now: number): ValueTest {
  switch (expression.type) {
    case 'EmptyExpression':
      throw badRequest(`“${field.key}:” has no value after it`);
    case 'RegexExpression':
      throw badRequest('Patterns are not possible: write * for any letters and ? for any one letter');
    case 'RangeExpression':
      return rangeTest(field, expression.range);
    case 'LiteralExpression':
      return literalTest(field, {
        text: String(expression.value).replace(HIDDEN_POINT, '.'),
        quoted: expression.quoted,
        // A word without a field has no operator.
        operator: operator?.operator ?? ':',
        now,
      });
  }
}

interface Literal {
  readonly text: string;
  readonly quoted: boolean;
  readonly operator: ComparisonOperator;
  readonly now: number;
}

/** `field:*` finds known values, `field:null` unknown ones. */
function literalTest(field: RunField, literal: Literal): ValueTest {
  if (!literal.quoted && literal.text === '*') return (value) => !isUnknown(value);
  if (!literal.quoted && literal.text === 'null') return isUnknown;
  switch (field.format) {
    case 'text':
      return textTest(field, literal);
    case 'flag':
      return flagTest(field, literal);
    case 'moment':
      return momentTest(field, literal);
    default:
      return numberTest(field, literal);
  }
}

/** Capitals do not matter. A text with * or ? has to match the whole value, any other text a part of it. */
function textTest(field: RunField, { text, quoted, operator }: Literal): ValueTest {
  if (operator !== ':' && operator !== ':=') {
    throw badRequest(`“${field.key}” is a text, which < and > cannot compare`);
  }
  const wanted = text.toLowerCase();
  const hasWildcards = !quoted && /[*?]/.test(wanted);
  const matches = (one: string): boolean => {
    if (hasWildcards) return matchesWildcards(one, wanted);
    return operator === ':=' ? one === wanted : one.includes(wanted);
  };
  return (value) => textsOf(value).some((one) => matches(one.toLowerCase()));
}

function textsOf(value: FieldValue): readonly string[] {
  if (value === null) return [];
  return typeof value === 'object' ? value : [String(value)];
}

/** Matches `*` with any letters, `?` with one. Only the last star is tried again, so that no text takes long. */
export function matchesWildcards(text: string, pattern: string): boolean {
  let [at, place] = [0, 0];
  let star: { readonly place: number; readonly at: number } | null = null;
  while (at < text.length) {
    if (pattern[place] === '*') {
      star = { place, at };
      place += 1;
    } else if (pattern[place] === '?' || pattern[place] === text[at]) {
      [at, place] = [at + 1, place + 1];
    } else if (star !== null) {
      star = { place: star.place, at: star.at + 1 };
      [at, place] = [star.at, star.place + 1];
    } else return false;
  }
  return /^\**$/.test(pattern.slice(place));
}

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

function flagTest(field: RunField, { text, operator }: Literal): ValueTest {
  const wanted = FLAGS[text.toLowerCase()];
  if (wanted === undefined || (operator !== ':' && operator !== ':=')) {
    throw badRequest(`“${field.key}” is yes or no`);
  }
  return (value) => value === wanted;
}

function numberTest(field: RunField, { text, operator }: Literal): ValueTest {
  const wanted = field.format === 'duration' ? secondsOf(text) : Number(text);
  if (text.toLowerCase() === 'nan') return (value) => Number.isNaN(value);
  if (text.trim() === '' || Number.isNaN(wanted)) {
    const example = field.format === 'duration' ? '90, 45s, 30min or 2h' : '5, 0.1 or 1e-4';
    throw badRequest(`“${field.key}” is a number, like ${example}`);
  }
  return (value) => typeof value === 'number' && compares(value, operator, wanted);
}

/** Binary fractions must equal the decimals that people write: 100 x 0.29 is 28.999999999999996, and counts as 29. */
const RELATIVE_DUST = 1e-12;

function compares(value: number, operator: ComparisonOperator, wanted: number): boolean {
  const isEqual = value === wanted || Math.abs(value - wanted) <= RELATIVE_DUST * Math.abs(wanted);
  switch (operator) {
    case ':':
    case ':=':
      return isEqual;
    case ':<':
      return value < wanted && !isEqual;
    case ':<=':
      return value < wanted || isEqual;
    case ':>':
      return value > wanted && !isEqual;
    case ':>=':
      return value > wanted || isEqual;
  }
}

const SECONDS_IN: Readonly<Record<string, number>> = { '': 1, s: 1, min: 60, m: 60, h: 3600, d: 86_400 };

function secondsOf(text: string): number {
  const [, amount = '', unit = ''] = /^(-?[\d.]+(?:e-?\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  return amount === '' ? Number.NaN : Number(amount) * (SECONDS_IN[unit.toLowerCase()] ?? Number.NaN);
}

function rangeTest(
  field: RunField,
  range: { readonly min: number; readonly max: number; readonly minInclusive: boolean; readonly maxInclusive: boolean },
): ValueTest {
  if (['text', 'flag', 'moment'].includes(field.format)) {
    throw badRequest(`“${field.key}” is not a number, so it has no range`);
  }
  const [above, below] = [range.minInclusive ? ':>=' : ':>', range.maxInclusive ? ':<=' : ':<'] as const;
  return (value) => typeof value === 'number' && compares(value, above, range.min) && compares(value, below, range.max);
}

const DAY_MS = 86_400_000;

/** Tests for a moment, or for a day in local time, from its first moment up to the next day's. */
function momentTest(field: RunField, { text, operator, now }: Literal): ValueTest {
  const span = spanOf(text.trim().toLowerCase(), now);
  if (span === null) {
    throw badRequest(`“${field.key}” is a day like 2026-11-24, today or yesterday, or "2026-11-24 10:30"`);
  }
  const [begin, end] = span;
  return (value) => typeof value === 'number' && isInSpan(value, operator, { begin, end });
}

function isInSpan(
  value: number,
  operator: ComparisonOperator,
  { begin, end }: { begin: number; end: number },
): boolean {
  switch (operator) {
    case ':':
    case ':=':
      return value >= begin && value < end;
    case ':<':
      return value < begin;
    case ':<=':
      return value < end;
    case ':>':
      return value >= end;
    case ':>=':
      return value >= begin;
  }
}

function spanOf(text: string, now: number): [begin: number, end: number] | null {
  if (text === 'today') return dayAround(new Date(now));
  if (text === 'yesterday') return dayAround(new Date(dayAround(new Date(now))[0] - DAY_MS / 2));
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})-(\d\d)-(\d\d)(?:[ t](\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? [];
  if (year === undefined) return null;
  const date = new Date(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  );
  // JavaScript would take the 31st of February for a day in March.
  if (date.getMonth() !== Number(month) - 1 || date.getDate() !== Number(day)) return null;
  if (hour === undefined) return dayAround(date);
  return [date.getTime(), date.getTime() + (second === undefined ? 60_000 : 1000)];
}

/** The day of a date, which may have 23 or 25 hours. */
function dayAround(date: Date): [begin: number, end: number] {
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  return [new Date(year, month, day).getTime(), new Date(year, month, day + 1).getTime()];
}
