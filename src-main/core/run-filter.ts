import type { LiqeQuery, TagToken } from 'liqe';
import { parse } from 'liqe';
import { AppError } from './errors.ts';
import type { RunSummary } from './records.ts';
import type { RunField } from './run-fields.ts';
import { findField } from './run-fields.ts';
import type { ValueTest } from './run-filter-values.ts';
import { HIDDEN_POINT, valueTest } from './run-filter-values.ts';

export type RunTest = (run: RunSummary) => boolean;

/** An error in the text of a filter: its place, counted in characters from 0, and its reason in one sentence. */
export class FilterError extends AppError {
  readonly at: number;

  constructor(message: string, at: number) {
    super('bad-request', message);
    this.at = at;
  }
}

export interface FilterContext {
  readonly fields: readonly RunField[];
  /** The present, for `created:today`, in ms since 1970. */
  readonly now: number;
}

/**
 * Reads a filter like `status:finished AND (t0:>0.5 OR tag:paper) cubic`. Words without a field are searched for in every text.
 * AND, written or not, binds closer than OR. The library only parses: its own evaluation knows neither our units nor unknown
 * values. Throws a FilterError.
 */
export function parseRunFilter(text: string, context: FilterContext): RunTest {
  const readable = readableText(text);
  refuseDotFields(readable);
  return testOf(parsed(readable), context);
}

/**
 * The grammar knows neither "8%" nor "1.5h". Errors are filtered in % anyway, so a space replaces the sign, and a character that
 * nobody types replaces the point before a unit. Places in the text stay the same.
 */
function readableText(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?<=\d)(?:%|\.(?=\d+[a-z]))/gi, (part) => {
    if (part === '%') return ' ';
    return part === '.' ? HIDDEN_POINT : part;
  });
}

/** For a field like `.a` the library would make a function from text, which the page forbids. No field has such a name. */
function refuseDotFields(text: string): void {
  const at = text.search(/(?<=^|[\s("'-])\.[\w.]+["']?\s*:/);
  if (at >= 0) throw new FilterError(`Names of fields begin with a letter (character ${at + 1}).`, at);
}

function parsed(text: string): LiqeQuery {
  try {
    return parse(text);
  } catch (error) {
    throw syntaxError(text, error);
  }
}

function syntaxError(text: string, error: unknown): FilterError {
  const at = (error as { readonly offset?: unknown }).offset;
  if (typeof at !== 'number') {
    return new FilterError(
      'The filter is incomplete: a quote, a bracket or the second half of AND or OR is missing at its end.',
      text.length,
    );
  }
  const character = text[at] === ' ' ? 'a space' : `“${text[at]?.replace(HIDDEN_POINT, '.')}”`;
  return new FilterError(
    `At character ${at + 1} there cannot be ${character}: put values with signs or spaces in quotes.`,
    at,
  );
}

function testOf(query: LiqeQuery, context: FilterContext): RunTest {
  switch (query.type) {
    case 'EmptyExpression':
      return () => true;
    case 'ParenthesizedExpression':
      return testOf(query.expression, context);
    case 'UnaryOperator': {
      const test = testOf(query.operand, context);
      return (run) => !test(run);
    }
    case 'Tag':
      return tagTest(query, context);
    case 'LogicalExpression': {
      const alternatives = alternativesOf(query).map((terms) => terms.map((term) => testOf(term, context)));
      return (run) => alternatives.some((tests) => tests.every((test) => test(run)));
    }
  }
}

/** The grammar reads AND and OR from left to right without precedence, so this groups the terms between two ORs. */
function alternativesOf(query: LiqeQuery): LiqeQuery[][] {
  if (query.type !== 'LogicalExpression') return [[query]];
  const [before, after] = [alternativesOf(query.left), alternativesOf(query.right)];
  if (query.operator.operator === 'OR') return [...before, ...after];
  const joined = [...(before.at(-1) ?? []), ...(after[0] ?? [])];
  return [...before.slice(0, -1), joined, ...after.slice(1)];
}

function tagTest(tag: TagToken, context: FilterContext): RunTest {
  if (tag.field.type === 'ImplicitField') return wordTest(tag, context);
  const field = findField(context.fields, tag.field.name);
  const at = tag.field.location.start;
  if (field === null) throw unknownField(tag.field.name, at, context.fields);
  const test = checked(field, tag, context.now);
  return (run) => test(field.value(run));
}

function wordTest(tag: TagToken, { fields, now }: FilterContext): RunTest {
  const texts = fields.filter(({ format }) => format === 'text');
  const test = checked(texts[0], tag, now);
  return (run) => texts.some((field) => test(field.value(run)));
}

function checked(field: RunField, tag: TagToken, now: number): ValueTest {
  try {
    return valueTest(field, tag, now);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const at = tag.expression.type === 'EmptyExpression' ? tag.location.end : tag.expression.location.start;
    throw new FilterError(`${error.message} (character ${at + 1}).`, at);
  }
}

const MOST_SUGGESTIONS = 3;

function unknownField(name: string, at: number, fields: readonly RunField[]): FilterError {
  const wanted = name.toLowerCase();
  const near = fields.map(({ key }) => key).filter((key) => key.includes(wanted) || wanted.includes(key));
  const begin = fields.map(({ key }) => key).filter((key) => key.startsWith(wanted.slice(0, 2)));
  const suggestions = [...new Set([...near, ...begin])].slice(0, MOST_SUGGESTIONS);
  const hint = suggestions.length === 0 ? '' : `; there is ${suggestions.join(', ')}`;
  return new FilterError(`There is no field “${name}” (character ${at + 1})${hint}.`, at);
}
