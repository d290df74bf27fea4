import { mean } from '#core/analysis/statistics.ts';
import { activeSeconds } from '#core/analysis/timed-run.ts';
import type { CandidateEvidence } from './evidence.ts';
import { BASELINE_ARM } from './evidence.ts';
import type { ArmAndSeed, SearchRun } from './search-run.ts';
import { runsAt } from './search-run.ts';
import type { SearchSettings } from './settings.ts';
import { mostTried } from './spending.ts';

/** Active seconds of the runs that were trained here, unfinished ones included. */
export function usedSeconds(runs: readonly SearchRun[]): number {
  return runs.filter((run) => !run.imported).reduce((sum, run) => sum + activeSeconds(run), 0);
}

/**
 * Active seconds that these runs will still take: each as long as the finished runs of its arm, else as those of `like`, else as
 * those of the baseline, which no arm outlasts. Null where none of these is known.
 */
export function estimateSeconds(
  places: readonly ArmAndSeed[],
  runs: readonly SearchRun[],
  like: string,
): number | null {
  const estimates = places.map((place) => {
    const whole = typicalSeconds(place.arm, runs) ?? typicalSeconds(like, runs) ?? typicalSeconds(BASELINE_ARM, runs);
    const done = runsAt(place, runs).filter((run) => run.status !== 'failed');
    return whole && Math.max(0, whole - Math.max(0, ...done.map(activeSeconds)));
  });
  return estimates.reduce<number | null>(
    (sum, estimate) => (sum === null || estimate === null ? null : sum + estimate),
    0,
  );
}

function typicalSeconds(arm: string, runs: readonly SearchRun[]): number | null {
  return mean(runs.filter((run) => run.arm === arm && run.status === 'finished' && !run.deleted).map(activeSeconds));
}

/** Whether a round may be trained: one that does not fit is not begun, one that has begun is completed. */
export function fitsBudget(
  round: { readonly isBegun: boolean; readonly seconds: number | null },
  budget: { readonly used: number; readonly whole: number },
): boolean {
  if (round.isBegun) return true;
  return budget.used < budget.whole && budget.used + (round.seconds ?? 0) <= budget.whole;
}

interface Remaining {
  readonly tried: readonly CandidateEvidence[];
  /** Candidates that are neither decided nor ruled out; an open one counts. */
  readonly between: number;
}

/**
 * Active seconds until nothing is left to try, if every candidate needs all its looks, but at most the rest of the budget. Null
 * before any run shows how long one takes.
 */
export function secondsLeft(
  { looks, budgetSeconds, equalTime }: SearchSettings,
  { tried, between }: Remaining,
  runs: readonly SearchRun[],
): number | null {
  const perRun = typicalSeconds(BASELINE_ARM, runs);
  if (perRun === null) return null;
  const most = Math.max(...looks.map(({ pairs }) => pairs));
  const trained = (arm: string) => runs.filter((run) => run.arm === arm && run.status === 'finished').length;
  const open = tried.at(-1);
  const own = open?.decision === 'open' ? trained(open.arm) : 0;
  const looked = mostTried(between) * most - own + Math.max(0, most - trained(BASELINE_ARM));
  const left = perRun * (looked + (equalTime ? most : 0));
  return Math.min(left, Math.max(0, budgetSeconds - usedSeconds(runs)));
}
