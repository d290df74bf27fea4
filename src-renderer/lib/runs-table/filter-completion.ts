import type { RunSummary } from '#core/records.ts';
import { RUN_STATUSES } from '#core/run.ts';
import type { RunField } from '#core/run-fields.ts';
import { fieldKey, findField } from '#core/run-fields.ts';
import { filterValue } from '#core/run-filter-syntax.ts';

export interface Completion {
  /** What the list shows. */
  readonly label: string;
  /** What it is; shown next to the label. */
  readonly hint: string;
  /** What takes the place of the text from `from` to `to`. */
  readonly text: string;
}

export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly all: readonly Completion[];
}

const MOST = 12;
const NONE: Completions = { from: 0, to: 0, all: [] };

interface FilterSource {
  readonly fields: readonly RunField[];
  /** The runs whose values are offered. */
  readonly runs: readonly RunSummary[];
}

/** What the words at the caret can become: a field, a status, or a value of the field before them. */
export function completionsAt(text: string, caret: number, { fields, runs }: FilterSource): Completions {
  const from = wordStart(text, caret);
  if (from === null) return NONE;
  const word = text.slice(from, caret);
  const [begin, name = ''] = /^([^:=<>!]+)(?:!=|:=?|=)/.exec(word) ?? [];
  if (begin === undefined) return fieldCompletions(text.slice(0, caret), from, fields);
  const field = findField(fields, name);
  const value = word.slice(begin.length).replace(/^.*[|,]/, '');
  if (field === null || /^[<>=[{"']/.test(value)) return NONE;
  return { from: caret - value.length, to: caret, all: valueCompletions(value, field, runs) };
}

/** Null if the caret is within quotes or in the middle of a word. */
function wordStart(text: string, caret: number): number | null {
  const before = text.slice(0, caret);
  if ((before.match(/"/g)?.length ?? 0) % 2 === 1 || /^[^\s()]/.test(text.slice(caret))) return null;
  const start = before.search(/[^\s()]*$/);
  return before[start] === '-' ? start + 1 : start;
}

/** The beginning of a name of several words comes before that of one: "test er" becomes `test-error:`. */
function fieldCompletions(before: string, from: number, fields: readonly RunField[]): Completions {
  const word = before.slice(from).toLowerCase();
  if (word === '' || /^(and|or|not)$/.test(word)) return NONE;
  const names = ({ key, aliases, title }: RunField) => [key, ...aliases, fieldKey(title)];
  const beginningWith = (begin: string) =>
    fields.filter((field) => names(field).some((name) => name.startsWith(begin)));
  for (const words of [3, 2]) {
    const phrase = new RegExp(`[\\w-]+(?: [\\w-]+){${words - 1}}$`).exec(before)?.[0];
    const named = phrase === undefined ? [] : beginningWith(fieldKey(phrase));
    if (phrase === undefined || named.length === 0) continue;
    return { from: before.length - phrase.length, to: before.length, all: named.map(fieldCompletion) };
  }
  const begin = beginningWith(word);
  const hold = fields.filter((field) => !begin.includes(field) && field.key.includes(word));
  const statuses = RUN_STATUSES.filter((status) => status.startsWith(word) && status !== word);
  const stated = statuses.map((status) => ({ label: status, hint: 'status', text: status }));
  const all = [...begin.map(fieldCompletion), ...stated, ...hold.map(fieldCompletion)];
  return { from, to: before.length, all: all.slice(0, MOST) };
}

function fieldCompletion(field: RunField): Completion {
  return { label: `${field.key}:`, hint: hintOf(field), text: `${field.key}:` };
}

function hintOf({ format }: RunField): string {
  const hints: Readonly<Record<RunField['format'], string>> = {
    text: 'text',
    flag: 'yes or no',
    count: 'number',
    number: 'number',
    loss: 'number',
    percent: 'in %',
    duration: '90s, 30min, 2h',
    moment: 'day',
  };
  return hints[format];
}

function valueCompletions(word: string, field: RunField, runs: readonly RunSummary[]): Completion[] {
  const wanted = word.toLowerCase();
  return [...valuesOf(field, runs)]
    .filter(([value]) => value.toLowerCase().includes(wanted) && value.toLowerCase() !== wanted)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST)
    .map(([value, times]) => ({ label: value, hint: times === 0 ? '' : String(times), text: filterValue(value) }));
}

/** The values of a text field, with the number of runs that have each. */
function valuesOf(field: RunField, runs: readonly RunSummary[]): ReadonlyMap<string, number> {
  if (field.format === 'flag')
    return new Map([
      ['yes', 0],
      ['no', 0],
    ]);
  if (field.format === 'moment')
    return new Map([
      ['today', 0],
      ['yesterday', 0],
    ]);
  const counts = new Map<string, number>();
  if (field.format !== 'text' || ['id', 'name', 'note', 'reason'].includes(field.key)) return counts;
  for (const run of runs) {
    const value = field.value(run);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'string' && one !== '') counts.set(one, (counts.get(one) ?? 0) + 1);
    }
  }
  return counts;
}

/** The text with a completion in it, and where the caret then stands. */
export function completed(
  text: string,
  { from, to }: Completions,
  completion: Completion,
): [text: string, caret: number] {
  const isValue = !completion.text.endsWith(':');
  const inserted = isValue && text[to] !== ' ' ? `${completion.text} ` : completion.text;
  return [text.slice(0, from) + inserted + text.slice(to), from + inserted.length];
}
