import { AppError } from './errors.ts';
import type { RunField } from './run-fields.ts';
import type { FilterOperator } from './run-filter-words.ts';

/** The characters of a filter that a part of it was read from: from the first, up to before `to`. */
export interface FilterPlace {
  readonly from: number;
  readonly to: number;
}

export type FilterText = FilterPlace & { readonly kind: 'text'; readonly text: string; readonly quoted: boolean };

/** Between two values, as they were typed; null for an open end. */
export type FilterRange = FilterPlace & {
  readonly kind: 'range';
  readonly low: string | null;
  readonly high: string | null;
  /** Whether the ends themselves are outside. */
  readonly withoutLow: boolean;
  readonly withoutHigh: boolean;
};

export type FilterValue = FilterText | FilterRange;

/** A text that is searched for in all fields. */
export type FilterWord = FilterPlace & { readonly kind: 'word'; readonly text: string; readonly quoted: boolean };

/** `field operator value|value`: one of the values has to fit. */
export type FilterCondition = FilterPlace & {
  readonly kind: 'condition';
  readonly field: RunField;
  readonly operator: FilterOperator;
  readonly values: readonly FilterValue[];
};

/** What a filter says. */
export type FilterTerm =
  | FilterWord
  | FilterCondition
  | (FilterPlace & { readonly kind: 'not'; readonly term: FilterTerm })
  | (FilterPlace & { readonly kind: 'and' | 'or'; readonly terms: readonly FilterTerm[] });

/** An error in the text of a filter: its place, counted in characters from 0, and its reason in one sentence. */
export class FilterError extends AppError {
  readonly at: number;
  /** The whole filter as it was probably meant; null where there is no guess. */
  readonly instead: string | null;

  constructor(message: string, at: number, instead: string | null = null) {
    super('bad-request', message);
    this.at = at;
    this.instead = instead;
  }
}

/** The filter as text, from which it can be read again. */
export function filterText(term: FilterTerm): string {
  switch (term.kind) {
    case 'word':
      return term.quoted ? quotedText(term.text) : term.text;
    case 'condition':
      return term.field.key + term.operator + term.values.map(valueText).join('|');
    case 'not':
      return `NOT ${within(term.term, ['and', 'or'])}`;
    case 'and':
      return term.terms.map((one) => within(one, ['and', 'or'])).join(' AND ');
    case 'or':
      return term.terms.map((one) => within(one, ['or'])).join(' OR ');
  }
}

function within(term: FilterTerm, inBrackets: readonly FilterTerm['kind'][]): string {
  return inBrackets.includes(term.kind) ? `(${filterText(term)})` : filterText(term);
}

function valueText(value: FilterValue): string {
  if (value.kind === 'text') return value.quoted ? quotedText(value.text) : value.text;
  const { low, high, withoutLow, withoutHigh } = value;
  if (!withoutLow && !withoutHigh) return `${low ?? ''}..${high ?? ''}`;
  return `${withoutLow ? '{' : '['}${low ?? ''} TO ${high ?? ''}${withoutHigh ? '}' : ']'}`;
}

/** A value as it can stand behind a field, in quotes where it has to. */
export function filterValue(text: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(text) && !/^(and|or|not|null|none)$/i.test(text) ? text : quotedText(text);
}

function quotedText(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** The parts that all have to hold, each of which can be taken away by itself. */
export function filterParts(term: FilterTerm | null): readonly FilterTerm[] {
  if (term === null) return [];
  return term.kind === 'and' ? term.terms : [term];
}
