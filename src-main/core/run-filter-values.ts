import { badRequest } from './errors.ts';
import type { RunSummary } from './records.ts';
import type { FieldValue, RunField } from './run-fields.ts';
import { isUnknown } from './run-fields.ts';
import type { FilterRange, FilterValue } from './run-filter-syntax.ts';
import type { FilterOperator } from './run-filter-words.ts';
import { FLAG_WORDS, UNIT_SECONDS, UNKNOWN_WORDS } from './run-filter-words.ts';

/** The run is asked where its field knows other words for the value. */
export type ValueTest = (value: FieldValue, run: RunSummary) => boolean;

type Comparison = Exclude<FilterOperator, '!='>;

interface Wanted {
  readonly operator: Comparison;
  readonly value: FilterValue;
  /** The present, in ms since 1970. */
  readonly now: number;
}

/** The test for `field operator value`. Throws where the field cannot have such a value. */
export function valueTest(field: RunField, { operator, value, now }: Wanted): ValueTest {
  if (value.kind === 'text') return literalTest(field, { ...value, operator, now });
  if (operator === ':' || operator === '=') return rangeTest(field, value, now);
  throw badRequest(`A range has no ${operator} before it: write ${field.key}:0.5..0.8`);
}

/** Whether a value is one of those that the field has, or a word for one. */
export function hasChoice({ choices }: RunField, text: string): boolean {
  return choices?.includes(text.toLowerCase()) ?? false;
}

interface Literal {
  readonly text: string;
  readonly quoted: boolean;
  readonly operator: Comparison;
  readonly now: number;
}

/** `field:*` finds known values, `field:null` unknown ones; so does `none`, which may be a value too. */
function literalTest(field: RunField, literal: Literal): ValueTest {
  if (!literal.quoted && literal.text === '*') return (value) => !isUnknown(value);
  if (!literal.quoted && UNKNOWN_WORDS.includes(literal.text.toLowerCase())) {
    const test = field.format === 'text' ? textTest({ ...field, choices: undefined }, literal) : () => false;
    return (value, run) => isUnknown(value) || test(value, run);
  }
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

/** Capitals do not matter. A text with * or ? has to match the whole value, any other text a part of it, or a word for it. */
function textTest({ key, choices, words }: RunField, { text, quoted, operator }: Literal): ValueTest {
  if (operator !== ':' && operator !== '=') throw badRequest(`“${key}” is a text, which < and > cannot compare`);
  const wanted = text.toLowerCase();
  const hasWildcards = !quoted && /[*?]/.test(wanted);
  if (choices !== undefined && !hasWildcards && !choices.some((choice) => choice.includes(wanted))) {
    throw badRequest(`There is no ${key} “${text}”`);
  }
  const matches = (one: string): boolean => {
    if (hasWildcards) return matchesWildcards(one, wanted);
    return operator === '=' ? one === wanted : one.includes(wanted);
  };
  const isWord = (run: RunSummary) => words?.(run).some((word) => word.toLowerCase() === wanted) ?? false;
  return (value, run) => textsOf(value).some((one) => matches(one.toLowerCase())) || isWord(run);
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

function flagTest(field: RunField, { text, operator }: Literal): ValueTest {
  const wanted = FLAG_WORDS[text.toLowerCase()];
  if (wanted === undefined || (operator !== ':' && operator !== '=')) throw badRequest(`“${field.key}” is yes or no`);
  return (value) => value === wanted;
}

function numberTest(field: RunField, { text, operator }: Literal): ValueTest {
  if (text.toLowerCase() === 'nan') return (value) => Number.isNaN(value);
  const wanted = numberOf(field, text);
  return (value) => typeof value === 'number' && compares(value, operator, wanted);
}

/** In the unit of the field; throws where the text is no number. */
function numberOf({ key, format }: RunField, text: string): number {
  const number = format === 'duration' ? secondsOf(text) : Number(text.replace(/%$/, '').trim() || Number.NaN);
  if (!Number.isNaN(number)) return number;
  throw badRequest(
    `“${key}” is a number, like ${format === 'duration' ? '90, 45s, 30min or 1h30min' : '5, 0.1 or 1e-4'}`,
  );
}

/** Binary fractions must equal the decimals that people write: 100 x 0.29 is 28.999999999999996, and counts as 29. */
const RELATIVE_DUST = 1e-12;

function compares(value: number, operator: Comparison, wanted: number): boolean {
  const isEqual = value === wanted || Math.abs(value - wanted) <= RELATIVE_DUST * Math.abs(wanted);
  switch (operator) {
    case ':':
    case '=':
      return isEqual;
    case '<':
      return value < wanted && !isEqual;
    case '<=':
      return value < wanted || isEqual;
    case '>':
      return value > wanted && !isEqual;
    case '>=':
      return value > wanted || isEqual;
  }
}

/** "1h30min" in seconds; NaN where it is no duration. */
function secondsOf(text: string): number {
  const amounts = [...text.matchAll(/([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([a-z]*)\s*/gi)];
  if (amounts.length === 0 || amounts.map(([whole]) => whole).join('') !== text) return Number.NaN;
  const isAlone = amounts.length === 1;
  const seconds = amounts.map(([, amount, unit = '']) => {
    return Number(amount) * (isAlone && unit === '' ? 1 : (UNIT_SECONDS[unit.toLowerCase()] ?? Number.NaN));
  });
  return seconds.reduce((sum, part) => sum + part, 0);
}

function rangeTest(field: RunField, { low, high, withoutLow, withoutHigh }: FilterRange, now: number): ValueTest {
  if (field.format === 'text' || field.format === 'flag') {
    throw badRequest(`“${field.key}” is not a number, so it has no range`);
  }
  const test = (text: string | null, operator: Comparison): ValueTest => {
    if (text === null) return (value) => typeof value === 'number' && !Number.isNaN(value);
    return field.format === 'moment'
      ? momentTest(field, { text, quoted: false, operator, now })
      : numberTest(field, { text, quoted: false, operator, now });
  };
  const [above, below] = [test(low, withoutLow ? '>' : '>='), test(high, withoutHigh ? '<' : '<=')];
  return (value, run) => above(value, run) && below(value, run);
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

function isInSpan(value: number, operator: Comparison, { begin, end }: { begin: number; end: number }): boolean {
  switch (operator) {
    case ':':
    case '=':
      return value >= begin && value < end;
    case '<':
      return value < begin;
    case '<=':
      return value < end;
    case '>':
      return value >= end;
    case '>=':
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
