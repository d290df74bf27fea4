import { enumerated } from './analysis/name-list.ts';
import { nearWords } from './near-words.ts';
import type { RunField } from './run-fields.ts';
import { fieldKey, findField, isNumeric } from './run-fields.ts';
import type { FilterPlace, FilterTerm, FilterValue, FilterWord } from './run-filter-syntax.ts';
import { FilterError } from './run-filter-syntax.ts';
import type { FilterOperator } from './run-filter-words.ts';
import { OPERATOR_SIGNS, OPERATOR_WORDS, UNIT_SECONDS } from './run-filter-words.ts';

const END = String.raw`(?=[\s()|"'“]|$)`;
const SIGN = `:?(?:>=|=>|≥|<=|=<|≤|<>|!=|≠|==?|<|>)|:`;
const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`;
const UNIT = `(?:${Object.keys(UNIT_SECONDS).join('|')})(?![a-z])`;

const AND = new RegExp(String.raw`\s*(?:and${END}|&&?(?=[\s(]))`, 'iy');
const OR = new RegExp(String.raw`\s*(?:or${END}|\|\|?)`, 'iy');
const NOT = new RegExp(String.raw`\s*(?:not${END}|[-!](?=[^\s)|=]))`, 'iy');
const OPEN = /\s*\(/y;
const CLOSE = /\s*\)/y;
const OPERATOR = new RegExp(String.raw`\s*(${SIGN})`, 'y');
const OPERATOR_WORD = new RegExp(
  String.raw`\s+(?:is\s+)?(between|${Object.keys(OPERATOR_WORDS)
    .toSorted((a, b) => b.length - a.length)
    .join('|')})${END}`,
  'iy',
);
const WORD = /(?:(?!!=)[^\s()|",:=<>≤≥≠“”])+/y;
const NAME_WORD = /\s*((?:(?!!=)[^\s()|",:=<>≤≥≠“”])+)/y;
const QUOTED = /"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|“([^”]*)”/sy;
const QUOTED_NAME = new RegExp(String.raw`(?:"([^"\\]*)"|“([^”]*)”)(?=\s*(?:${SIGN}))`, 'y');
/** Without a bracket or a sign at its beginning. */
const TEXT = /(?![[{:=<>≤≥≠]|!=)[^\s()|",“”]+/y;
const AMOUNT = /(?![[{:=<>≤≥≠]|!=)(?:(?!\.\.)[^\s()|"“”…–])+/y;
const DURATION = new RegExp(String.raw`${NUMBER}\s*${UNIT}(?:\s*${NUMBER}\s*${UNIT})*(?![^\s()|.])`, 'iy');
const PERCENT = new RegExp(String.raw`${NUMBER}\s*%`, 'iy');
const MOMENT = /\d{4}-\d\d-\d\d(?:[ t]\d\d:\d\d(?::\d\d)?)?/iy;
/** An amount behind a field without an operator: `t0 0.8`, `t0 0.5..0.8`. */
const AMOUNT_AHEAD = new RegExp(String.raw`\s+(?=${NUMBER}|\.\.\d)`, 'iy');
const RANGE_SIGN = /\s+(?:\.\.\.?|…|–)\s+|(?:\.\.\.?|…)|\s*–\s*|\s+to\s+(?=[-+.\d])/iy;
const BRACKET_RANGE = /([[{])\s*([^\s\]}]*)\s+TO\s+([^\s\]}]*)\s*([\]}])/iy;
const VALUE_END = /[\s()|]|$/y;
const PATTERN = /\/.*\//y;

/** More words than any field's name has. */
const LONGEST_NAME = 8;
/** Brackets and negations within one another. */
const DEEPEST = 100;
const MOST_SUGGESTIONS = 3;

/**
 * Reads what a filter says; null where it is empty. Words and conditions must all hold; AND, written or not, binds closer than OR.
 * A name of a field may have several words: the longest that an operator follows counts. Throws a FilterError.
 */
export function readFilter(text: string, fields: readonly RunField[]): FilterTerm | null {
  return new FilterReader(text, fields).read();
}

class FilterReader {
  readonly #text: string;
  readonly #fields: readonly RunField[];
  #at = 0;
  #depth = 0;

  constructor(text: string, fields: readonly RunField[]) {
    this.#text = text;
    this.#fields = fields;
  }

  read(): FilterTerm | null {
    if (this.#text.trim() === '') return null;
    const term = this.#readAlternatives();
    if (!this.#isAtEnd()) throw this.#unexpected();
    return term;
  }

  #readAlternatives(): FilterTerm {
    const terms = [this.#readTogether()];
    while (this.#takes(OR)) terms.push(this.#readTogether());
    return joined('or', terms);
  }

  #readTogether(): FilterTerm {
    const terms = [this.#readTerm()];
    while (this.#takes(AND) || !this.#isAtTermsEnd()) terms.push(this.#readTerm());
    return joined('and', terms);
  }

  #isAtTermsEnd(): boolean {
    return this.#isAtEnd() || this.#sees(CLOSE) || this.#sees(OR);
  }

  #readTerm(): FilterTerm {
    this.#skipSpace();
    if (this.#isAtEnd()) throw incomplete(this.#text.length);
    if (this.#depth >= DEEPEST) throw new FilterError(`Brackets and NOTs go deeper than ${DEEPEST}.`, this.#at);
    this.#depth++;
    const from = this.#at;
    const term = this.#readNegation(from) ?? this.#readBracket(from) ?? this.#readCondition(from) ?? this.#readWord();
    this.#depth--;
    return term;
  }

  #readNegation(from: number): FilterTerm | null {
    if (!this.#takes(NOT)) return null;
    return { kind: 'not', term: this.#readTerm(), ...this.#since(from) };
  }

  #readBracket(from: number): FilterTerm | null {
    if (!this.#takes(OPEN)) return null;
    const term = this.#readAlternatives();
    if (!this.#takes(CLOSE)) throw this.#isAtEnd() ? incomplete(this.#text.length) : this.#unexpected();
    return { ...term, ...this.#since(from) };
  }

  #readCondition(from: number): FilterTerm | null {
    for (const { field, to } of this.#fieldsHere()) {
      this.#at = to;
      const range = this.#readBetween(field);
      if (range !== null) return { kind: 'condition', field, operator: ':', values: [range], ...this.#since(from) };
      const operator = this.#readOperator(field);
      if (operator === null) continue;
      return { kind: 'condition', field, operator, values: this.#readValues(field), ...this.#since(from) };
    }
    this.#at = from;
    this.#refuseUnknownField();
    return null;
  }

  /** The fields whose names begin here, the longest name first. */
  #fieldsHere(): readonly { readonly field: RunField; readonly to: number }[] {
    const from = this.#at;
    const quoted = this.#quotedNameHere();
    const found = quoted === null ? [] : [{ name: quoted.name, to: from + quoted.length }];
    if (quoted === null) {
      for (let words = 0; words < LONGEST_NAME && this.#match(NAME_WORD) !== null; words++) {
        found.unshift({ name: this.#text.slice(from, this.#at), to: this.#at });
      }
    }
    this.#at = from;
    return found.flatMap(({ name, to }) => {
      const field = findField(this.#fields, name);
      return field === null ? [] : [{ field, to }];
    });
  }

  /** A name in quotes, before an operator. */
  #quotedNameHere(): { readonly name: string; readonly length: number } | null {
    QUOTED_NAME.lastIndex = this.#at;
    const match = QUOTED_NAME.exec(this.#text);
    return match && { name: match[1] ?? match[2] ?? '', length: match[0].length };
  }

  #readOperator(field: RunField): FilterOperator | null {
    const sign = this.#match(OPERATOR)?.[1];
    if (sign !== undefined) return OPERATOR_SIGNS[sign] ?? OPERATOR_SIGNS[sign.slice(1)] ?? ':';
    const words = this.#match(OPERATOR_WORD)?.[1];
    if (words !== undefined) return OPERATOR_WORDS[words.toLowerCase()] ?? null;
    return isNumeric(field) && this.#takes(AMOUNT_AHEAD) ? ':' : null;
  }

  /** `between 0.5 and 0.8` */
  #readBetween(field: RunField): FilterValue | null {
    const from = this.#at;
    if (this.#match(OPERATOR_WORD)?.[1]?.toLowerCase() === 'between') {
      this.#skipSpace();
      const start = this.#at;
      const low = this.#readAmount(field);
      const high = this.#takes(AND) ? this.#readSpaced(field) : null;
      if (low === null || high === null) throw this.#noValue(field);
      return { ...rangeOf(low, high), ...this.#since(start) };
    }
    this.#at = from;
    return null;
  }

  #readSpaced(field: RunField): string | null {
    this.#skipSpace();
    return this.#readAmount(field);
  }

  /** `failed|paused`, also in brackets and, for texts, with commas. */
  #readValues(field: RunField): readonly FilterValue[] {
    const isInBrackets = this.#takes(OPEN);
    const values = [this.#readValue(field)];
    while (this.#takesAlternative(field, isInBrackets)) values.push(this.#readValue(field));
    if (isInBrackets && !this.#takes(CLOSE)) throw this.#isAtEnd() ? incomplete(this.#at) : this.#unexpected();
    return values;
  }

  #takesAlternative(field: RunField, isInBrackets: boolean): boolean {
    const from = this.#at;
    const comma = isNumeric(field) ? null : this.#match(/\s*,/y);
    if (comma !== null || this.#takes(isInBrackets ? OR : /\s*\|(?!\|)/y)) {
      this.#skipSpace();
      if (isInBrackets || !this.#beginsCondition()) return true;
    }
    this.#at = from;
    return false;
  }

  /** Whether a field with its operator is next: then `|` stands between conditions, not between values. */
  #beginsCondition(): boolean {
    const from = this.#at;
    const begins = this.#fieldsHere().some(({ to }) => {
      this.#at = to;
      return this.#sees(OPERATOR);
    });
    this.#at = from;
    return begins;
  }

  #readValue(field: RunField): FilterValue {
    this.#skipSpace();
    const from = this.#at;
    const text = this.#readQuoted();
    if (text !== null) return { kind: 'text', text, quoted: true, ...this.#since(from) };
    if (this.#sees(PATTERN)) throw patternAt(from);
    const bracket = this.#match(BRACKET_RANGE);
    if (bracket !== null) return { ...bracketRange(bracket), ...this.#since(from) };
    return field.format === 'text' || field.format === 'flag' ? this.#readText(field) : this.#readAmounts(field);
  }

  #readText(field: RunField): FilterValue {
    const from = this.#at;
    const text = this.#match(TEXT)?.[0];
    if (text === undefined) throw this.#noValue(field);
    return { kind: 'text', text, quoted: false, ...this.#since(from) };
  }

  /** An amount or a range: `0.5..0.8`, `..0.8`, `30min – 2h`. */
  #readAmounts(field: RunField): FilterValue {
    const from = this.#at;
    const low = this.#readAmount(field);
    if (this.#takes(RANGE_SIGN)) {
      const high = this.#sees(VALUE_END) ? null : this.#readAmount(field);
      if (low === null && high === null) throw this.#noValue(field);
      return { ...rangeOf(low, high), ...this.#since(from) };
    }
    if (low === null) throw this.#noValue(field);
    return { kind: 'text', text: low, quoted: false, ...this.#since(from) };
  }

  /** Without the spaces in it. */
  #readAmount({ format }: RunField): string | null {
    const special = { duration: DURATION, percent: PERCENT, moment: MOMENT }[String(format)];
    const text = (special === undefined ? null : this.#match(special)?.[0]) ?? this.#match(AMOUNT)?.[0];
    if (text === undefined) return null;
    return format === 'moment' ? text.replace(/\s+/, 'T') : text.replace(/\s+/g, '');
  }

  #readQuoted(): string | null {
    const quoted = this.#match(QUOTED);
    if (quoted !== null) return (quoted[1] ?? quoted[2] ?? quoted[3] ?? '').replace(/\\(.)/gs, '$1');
    if (/["'“]/.test(this.#text.charAt(this.#at))) throw incomplete(this.#text.length);
    return null;
  }

  #readWord(): FilterWord {
    const from = this.#at;
    const quoted = this.#readQuoted();
    if (quoted !== null) return { kind: 'word', text: quoted, quoted: true, ...this.#since(from) };
    if (this.#sees(PATTERN)) throw patternAt(from);
    const text = this.#match(WORD)?.[0];
    if (text === undefined) throw this.#unexpected();
    if (/^(and|or|not|&&?)$/i.test(text)) throw incomplete(from);
    if (/^[[{]|^[-+]?[\d.]*\d\.\.|^\.\.\d/.test(text)) {
      throw new FilterError(`A range needs a field before it, like t0:0.5..0.8 (character ${from + 1}).`, from);
    }
    return { kind: 'word', text, quoted: false, ...this.#since(from) };
  }

  /** Refuses what stands before an operator and is no field; several words only where they are nearly the name of one. */
  #refuseUnknownField(): void {
    const quoted = this.#quotedNameHere();
    if (quoted !== null) throw this.#unknownField(quoted.name, quoted.length);
    const name = this.#wordsBeforeOperator();
    if (name === null) return;
    const words = name.split(/\s+/);
    const endsWithField = words.some((_, index) => {
      return index > 0 && findField(this.#fields, words.slice(index).join(' ')) !== null;
    });
    if (endsWithField || (words.length > 1 && this.#nearKeys(name).length === 0)) return;
    throw this.#unknownField(name, name.length);
  }

  #wordsBeforeOperator(): string | null {
    const from = this.#at;
    let name: string | null = null;
    for (let words = 0; words < LONGEST_NAME && name === null && this.#takes(NAME_WORD); words++) {
      if (this.#sees(OPERATOR)) name = this.#text.slice(from, this.#at);
    }
    this.#at = from;
    return name;
  }

  #nearKeys(name: string): readonly string[] {
    const owner = new Map(this.#fields.flatMap(({ key, aliases }) => [key, ...aliases].map((one) => [one, key])));
    const near = nearWords(fieldKey(name), [...owner.keys()]);
    return [...new Set(near.map((one) => owner.get(one) ?? one))];
  }

  #unknownField(name: string, length: number): FilterError {
    const at = this.#at;
    const wanted = fieldKey(name);
    const near = this.#nearKeys(name);
    const holding = this.#fields.map(({ key }) => key).filter((key) => key.includes(wanted) || wanted.includes(key));
    const [first, ...others] = [...new Set([...near, ...holding])].slice(0, MOST_SUGGESTIONS);
    const said = `There is no field “${name}” (character ${at + 1})`;
    if (first === undefined) return new FilterError(`${said}: put a text that is searched for in quotes.`, at);
    const instead = this.#text.slice(0, at) + first + this.#text.slice(at + length);
    return new FilterError(
      `${said}: you may mean ${enumerated([first, ...others]).replace(/ and /, ' or ')}.`,
      at,
      instead,
    );
  }

  #noValue({ key }: RunField): FilterError {
    return new FilterError(`“${key}” has no value after it (character ${this.#at + 1}).`, this.#at);
  }

  #unexpected(): FilterError {
    this.#skipSpace();
    const [at, character] = [this.#at, this.#text.charAt(this.#at)];
    if (character === ',') {
      return new FilterError(`A comma (character ${at + 1}) may mean AND or OR: write one of them.`, at);
    }
    return new FilterError(
      `At character ${at + 1} there cannot be “${character}”: put values with signs or spaces in quotes.`,
      at,
    );
  }

  #since(from: number): FilterPlace {
    return { from, to: this.#at };
  }

  #isAtEnd(): boolean {
    return this.#text.slice(this.#at).trim() === '';
  }

  #skipSpace(): void {
    this.#match(/\s*/y);
  }

  #takes(pattern: RegExp): boolean {
    return this.#match(pattern) !== null;
  }

  #sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  /** Takes what matches a sticky pattern here. */
  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }
}

function joined(kind: 'and' | 'or', terms: readonly FilterTerm[]): FilterTerm {
  const [first, last] = [terms[0], terms.at(-1)];
  if (terms.length === 1 && first !== undefined) return first;
  return { kind, terms, from: first?.from ?? 0, to: last?.to ?? 0 };
}

function rangeOf(low: string | null, high: string | null) {
  return { kind: 'range', low, high, withoutLow: false, withoutHigh: false } as const;
}

function bracketRange([, open, low, high, close]: RegExpExecArray) {
  const ends = { low: low || null, high: high || null };
  return { kind: 'range', ...ends, withoutLow: open === '{', withoutHigh: close === '}' } as const;
}

function incomplete(at: number): FilterError {
  return new FilterError(
    'The filter is incomplete: a quote, a bracket, or what belongs before or after AND, OR or NOT is missing.',
    at,
  );
}

function patternAt(at: number): FilterError {
  return new FilterError(
    `Patterns are not possible: write * for any letters and ? for any one letter (character ${at + 1}).`,
    at,
  );
}
