import { parseNumber } from './number-text.ts';

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
