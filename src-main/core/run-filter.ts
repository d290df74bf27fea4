import { enumerated } from './analysis/name-list.ts';
import { AppError } from './errors.ts';
import { nearWords } from './near-words.ts';
import type { RunSummary } from './records.ts';
import type { RunField } from './run-fields.ts';
import { findField } from './run-fields.ts';
import { readFilter } from './run-filter-reader.ts';
import type { FilterCondition, FilterTerm, FilterText, FilterWord } from './run-filter-syntax.ts';
import { FilterError } from './run-filter-syntax.ts';
import type { ValueTest } from './run-filter-values.ts';
import { hasChoice, valueTest } from './run-filter-values.ts';

export type RunTest = (run: RunSummary) => boolean;

export interface FilterContext {
  readonly fields: readonly RunField[];
  /** The present, for `created:today`, in ms since 1970. */
  readonly now: number;
}

/** What a filter says, and its test. */
export interface ParsedFilter {
  /** Null where the filter is empty, which lets every run through. */
  readonly term: FilterTerm | null;
  readonly test: RunTest;
}

/**
 * Reads a filter like `status:failed|paused (t0 > 0.5 OR tag:paper) cubic`. Words without a field are searched for in every text; the
 * name of a status, such as `finished`, or what people call it means the status. Throws a FilterError.
 */
export function parseRunFilter(text: string, context: FilterContext): ParsedFilter {
  const term = readFilter(text, context.fields);
  return { term, test: term === null ? () => true : testOf(term, { ...context, text }) };
}

/** A filter that is being read, with its text. */
interface Reading extends FilterContext {
  readonly text: string;
}

function testOf(term: FilterTerm, reading: Reading): RunTest {
  switch (term.kind) {
    case 'word':
      return wordTest(term, reading);
    case 'condition':
      return conditionTest(term, reading);
    case 'not': {
      const test = testOf(term.term, reading);
      return (run) => !test(run);
    }
    case 'and': {
      const tests = term.terms.map((one) => testOf(one, reading));
      return (run) => tests.every((test) => test(run));
    }
    case 'or': {
      const tests = term.terms.map((one) => testOf(one, reading));
      return (run) => tests.some((test) => test(run));
    }
  }
}

/** A field whose values may stand without its name. */
const STATUS = 'status';

function wordTest(word: FilterWord, { fields, now }: Reading): RunTest {
  const value: FilterText = { ...word, kind: 'text' };
  const status = findField(fields, STATUS);
  if (status !== null && !word.quoted && hasChoice(status, word.text)) {
    const isStatus = valueTest(status, { operator: '=', value, now });
    return (run) => isStatus(status.value(run), run);
  }
  const texts = fields.filter(({ format }) => format === 'text');
  const test = valueTest({ ...texts[0], choices: undefined }, { operator: ':', value, now });
  const flag = word.quoted ? null : findField(fields, word.text);
  const isFlagged = (run: RunSummary) => flag?.format === 'flag' && flag.value(run) === true;
  return (run) => isFlagged(run) || texts.some((field) => test(field.value(run), run));
}

function conditionTest(condition: FilterCondition, reading: Reading): RunTest {
  const { field, operator, values } = condition;
  const wanted = operator === '!=' ? '=' : operator;
  const tests = values.map((value): ValueTest => {
    try {
      return valueTest(field, { operator: wanted, value, now: reading.now });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw placed(error, { field, value, text: reading.text });
    }
  });
  const fits: RunTest = (run) => {
    const value = field.value(run);
    return tests.some((test) => test(value, run));
  };
  return operator === '!=' ? (run) => !fits(run) : fits;
}

interface WrongValue {
  readonly field: RunField;
  readonly value: FilterCondition['values'][number];
  readonly text: string;
}

/** The error with its place, and with the filter as it was probably meant. */
function placed(error: AppError, { field, value, text }: WrongValue): FilterError {
  const { from, to } = value;
  const right = value.kind === 'text' ? rightValue(field, value.text) : null;
  const meant = right === null ? '' : `: you may mean ${right.said}`;
  const instead = right === null ? null : text.slice(0, from) + right.text + text.slice(to);
  return new FilterError(`${error.message} (character ${from + 1})${meant}.`, from, instead);
}

function rightValue(field: RunField, text: string): { readonly text: string; readonly said: string } | null {
  if (/^[-+]?\d+,\d+%?$/.test(text)) {
    const pointed = text.replace(',', '.');
    return { text: pointed, said: pointed };
  }
  const near = hasChoice(field, text) ? [] : nearWords(text, field.choices ?? []).slice(0, 3);
  return near[0] === undefined ? null : { text: near[0], said: enumerated(near).replace(/ and /, ' or ') };
}
