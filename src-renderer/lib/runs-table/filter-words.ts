import type { FilterTerm, FilterValue } from '#core/run-filter-syntax.ts';
import type { FilterOperator } from '#core/run-filter-words.ts';

const OPERATORS: Readonly<Record<FilterOperator, string>> = {
  ':': ':',
  '=': ' is',
  '!=': ' is not',
  '<': ' <',
  '<=': ' ≤',
  '>': ' >',
  '>=': ' ≥',
};

/** What a part of a filter asks for, in the words of the table: "test error < 6%", "status: failed or paused". */
export function partWords(term: FilterTerm): string {
  switch (term.kind) {
    case 'word':
      return term.quoted ? `“${term.text}”` : term.text;
    case 'condition':
      return `${term.field.title}${OPERATORS[term.operator]} ${term.values.map(valueWords).join(' or ')}`;
    case 'not':
      return `not ${within(term.term, ['and', 'or'])}`;
    case 'and':
      return term.terms.map((one) => within(one, ['or'])).join(' and ');
    case 'or':
      return term.terms.map((one) => within(one, [])).join(' or ');
  }
}

function within(term: FilterTerm, inBrackets: readonly FilterTerm['kind'][]): string {
  return inBrackets.includes(term.kind) ? `(${partWords(term)})` : partWords(term);
}

function valueWords(value: FilterValue): string {
  if (value.kind === 'text') return value.quoted ? `“${value.text}”` : value.text;
  const { low, high, withoutLow, withoutHigh } = value;
  if (low === null) return `${withoutHigh ? 'below' : 'up to'} ${high}`;
  if (high === null) return `${withoutLow ? 'above' : 'from'} ${low}`;
  const without = [withoutLow ? low : [], withoutHigh ? high : []].flat();
  return `${low} to ${high}${without.length === 0 ? '' : ` without ${without.join(' and ')}`}`;
}
