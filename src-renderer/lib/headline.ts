import type { StudySummary } from '#core/records.ts';

/** Where a headline will stand, before one pair of runs has finished. */
export function noHeadlineText({ arms, counts }: Pick<StudySummary, 'arms' | 'counts'>): string {
  if (!arms.some((arm) => arm.role === 'policy')) return 'only a baseline: add an arm to compare';
  if (Object.keys(counts).length === 0) return 'none: nothing has trained yet';
  if ((counts.running ?? 0) + (counts.queued ?? 0) > 0) return 'none yet: a baseline run and an arm of its seed first';
  return 'none: no seed finished both in the baseline and in an arm';
}
