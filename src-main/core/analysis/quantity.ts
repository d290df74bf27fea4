/** How the analysis writes its numbers for people: with unit, a true minus sign, and an en dash for what is unknown. */
export const UNKNOWN = '–';

/** 0.1234 -> "12.3 %". */
export function percent(fraction: number | null, decimals = 1): string {
  return fraction === null ? UNKNOWN : `${decimal(100 * fraction, decimals)} %`;
}

/** 0.1234 -> "+12.3 %". */
export function signedPercent(fraction: number | null): string {
  return fraction === null ? UNKNOWN : `${signed(100 * fraction, 1)} %`;
}

/** Points of an error rate: 0.314 -> "+0.31". */
export function signedPoints(points: number | null): string {
  return points === null ? UNKNOWN : signed(points, 2);
}

/** "p 0.004", "p < 0.001". */
export function pValue(p: number): string {
  if (p < 0.001) return 'p < 0.001';
  return `p ${p.toFixed(p < 0.1 ? 3 : 2)}`;
}

export function decimal(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  // A number that rounds to zero has no sign.
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** "12,345" */
export function wholeNumber(value: number): string {
  return value.toLocaleString('en-US');
}

/** "1 run", "2 runs" */
export function countedNoun(count: number, noun: string): string {
  return `${wholeNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function signed(value: number, decimals: number): string {
  const text = decimal(value, decimals);
  return Number(text) > 0 ? `+${text}` : text;
}
