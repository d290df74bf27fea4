/** The number that a field's text says; NaN, which every schema refuses, for what is none, an empty text too. */
export function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** As `numberIn`, where an empty text leaves the choice to the program. */
export function optionalNumberIn(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text);
}

export function numberText(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
