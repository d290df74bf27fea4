/**
 * What was typed into a field for a number: the number; null for an empty field; and where it is none the text itself, which
 * the schema then refuses, and which stays to be mended.
 */
export type TypedNumber = number | string | null;

/** Accepts "0.1", "1e-4", "1 000" and a comma for the point. */
export function parseNumber(text: string): TypedNumber {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const plain = trimmed.replace(/[\s\u2009\u202f]/g, '').replace(/^−/, '-');
  // "1,000" may be one or a thousand: it stays text.
  const isDecimalComma = /^[^.,]*,[^.,]*$/.test(plain) && !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(plain);
  const pointed = isDecimalComma ? plain.replace(',', '.') : plain;
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(pointed);
  return isNumber ? Number(pointed) : trimmed;
}

/** A step up or down, without the dust of binary fractions: 0.1 + 0.2 is 0.3. */
export function stepped(value: number, step: number): number {
  return Number((value + step).toPrecision(12));
}

/** The number that a field's text says; NaN, which every schema refuses, for what is none, an empty text too. */
export function numberIn(text: string): number {
  const value = parseNumber(text);
  return typeof value === 'number' ? value : Number.NaN;
}

/** As `numberIn`, where an empty text leaves the choice to the program. */
export function optionalNumberIn(text: string): number | undefined {
  return text.trim() === '' ? undefined : numberIn(text);
}

export function numberText(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

/** The numbers of a list such as "1, 2 3"; NaN for what is none. */
export function numbersIn(text: string): readonly number[] {
  return text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(numberIn);
}
