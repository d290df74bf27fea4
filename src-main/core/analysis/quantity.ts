/** How the analysis writes its numbers for people: with unit, a true minus sign, and an en dash for what is unknown. */
export const UNKNOWN = '–';

/** A number that can be written: the share of nothing is none. */
function isKnown(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

/** 0.1234 -> "12.3 %". */
export function percent(fraction: number | null, decimals = 1): string {
  return !isKnown(fraction) ? UNKNOWN : `${decimal(100 * fraction, decimals)} %`;
}

/** 0.1234 -> "+12.3 %". */
export function signedPercent(fraction: number | null): string {
  return !isKnown(fraction) ? UNKNOWN : `${signed(100 * fraction, 1)} %`;
}

/** Points of an error rate: 0.314 -> "+0.31". */
export function signedPoints(points: number | null): string {
  return !isKnown(points) ? UNKNOWN : signed(points, 2);
}

/** A margin: 0.5 -> "0.5 points", 1 -> "1 point". */
export function marginPoints(margin: number): string {
  return `${margin} ${margin === 1 ? 'point' : 'points'}`;
}

/**
 * A share of the time that is saved, or spent on top of it, and the ratio of the speeds that follows: 0.42 -> "42 % less time
 * (1.7x)", −0.12 -> "12 % more time (0.9x)". "42 % faster" would be 1.42 times as fast.
 */
export function timeSavedText(saved: number): string {
  if (!Number.isFinite(saved)) return 'time not comparable';
  const share = Math.abs(saved);
  const text = percent(share, share >= 0.01 ? 0 : 1);
  const isNothing = share < 0.0005;
  return `${text} ${saved < 0 && !isNothing ? 'more' : 'less'} time${isNothing ? '' : ` (${speedRatio(saved)})`}`;
}

/** "1.7x" of a saved share of the time; more decimals where one would say 1.0, as near no saving. */
function speedRatio(saved: number): string {
  if (saved >= 1) return '∞x';
  const ratio = 1 / (1 - saved);
  const decimals = [1, 2, 3].find((places) => Number(ratio.toFixed(places)) !== 1) ?? 4;
  return `${decimal(ratio, decimals)}x`;
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
export function countedNoun(count: number, noun: string, many = `${noun}s`): string {
  return `${wholeNumber(count)} ${count === 1 ? noun : many}`;
}

function signed(value: number, decimals: number): string {
  const text = decimal(value, decimals);
  return Number(text) > 0 ? `+${text}` : text;
}
