import { decimal } from '#core/analysis/quantity.ts';
import type { StudySummary } from '#core/records.ts';

type Headline = NonNullable<StudySummary['headline']>;

/** Fewer pairs than this say little about other seeds. */
const ENOUGH_PAIRS = 3;

/** "cubic scaled 0.8: 17 % faster, +0.3 points, n = 3". */
export function headlineText(headline: Headline): string {
  const { arm, wall, errorDelta, pairs } = headline;
  return `${arm}: ${speedText(wall)}, ${pointsText(errorDelta)}, ${seedsText(pairs)}`;
}

/** "17 % faster": the share of the baseline's training time that was saved, or spent on top of it, in words. */
export function speedText(wall: number): string {
  if (!Number.isFinite(wall)) return 'time not comparable';
  const percents = decimal(Math.abs(100 * wall), 0);
  if (Number(percents) === 0) return 'as fast';
  return `${percents} % ${wall > 0 ? 'faster' : 'slower'}`;
}

function pointsText(points: number): string {
  if (!Number.isFinite(points)) return 'error not comparable';
  const text = decimal(points, 1);
  return `${Number(text) > 0 ? '+' : ''}${text} points`;
}

function seedsText(pairs: number): string {
  if (pairs >= ENOUGH_PAIRS) return `n = ${pairs}`;
  return `n = ${pairs} (${pairs === 1 ? 'one seed' : 'few seeds'})`;
}

/** Where a headline will stand, before one pair of runs has finished. */
export function noHeadlineText({ arms, counts }: Pick<StudySummary, 'arms' | 'counts'>): string {
  if (!arms.some((arm) => arm.role === 'policy')) return 'only a baseline: add an arm to compare';
  if (Object.keys(counts).length === 0) return 'none: nothing has trained yet';
  if ((counts.running ?? 0) + (counts.queued ?? 0) > 0) return 'none yet: a baseline run and an arm of its seed first';
  return 'none: no seed finished both in the baseline and in an arm';
}
