import { activeSeconds } from '#core/analysis/timed-run.ts';
import { equalTimeName } from '#core/study.ts';
import { estimateSeconds, fitsBudget, usedSeconds } from './budget.ts';
import type { EqualTimeEvidence } from './equal-time.ts';
import { compareWithEqualTime, equalTimeMissing } from './equal-time.ts';
import type { CandidateEvidence } from './evidence.ts';
import { BASELINE_ARM, judgeCandidate } from './evidence.ts';
import type { ArmAndSeed, SearchRun } from './search-run.ts';
import { isMissing, runsAt } from './search-run.ts';
import type { SearchSettings } from './settings.ts';

/** Runs that are trained before anything is looked at again, all arms of a seed one after another. */
export interface Round {
  readonly t0: number;
  /** `probe`: one run of the baseline, which says how long runs take. */
  readonly purpose: 'probe' | 'look' | 'equal-time';
  /** Pairs at the look. */
  readonly pairs: number;
  readonly places: readonly ArmAndSeed[];
  /** Active seconds that it will still take; null before any run says how long one takes. */
  readonly seconds: number | null;
  /** Some of it is trained: it is brought to its end whatever it takes. */
  readonly isBegun: boolean;
}

/** `complete`: nothing is left to try. `budget`: the next round would not fit. `stuck`: a run of the baseline diverged. */
export type SearchEnd = 'complete' | 'budget' | 'stuck';

export type SearchMove = { readonly train: Round } | { readonly end: SearchEnd };

/** Where a search stands: a function of its settings and the stored runs alone, so that it can be left and taken up anywhere. */
export interface SearchStanding {
  /** In the order in which they were tried; the last one may be open. */
  readonly tried: readonly CandidateEvidence[];
  /** The values between which is searched; null where no candidate bounds them on that side. */
  readonly bracket: { readonly notShown: number | null; readonly shown: number | null };
  /** The lowest t0 that was shown, which saves most; null where none was. */
  readonly best: CandidateEvidence | null;
  /** Of the best one; null where nothing of it is there. */
  readonly againstEqualTime: EqualTimeEvidence | null;
  readonly usedSeconds: number;
  readonly next: SearchMove;
}

export function nextMove(settings: SearchSettings, runs: readonly SearchRun[]): SearchMove {
  return standingOf(settings, runs).next;
}

/** Plays the bisection again over what the runs say, up to where runs are missing. */
export function standingOf(settings: SearchSettings, runs: readonly SearchRun[]): SearchStanding {
  const { tried, low, high } = bisect(settings, runs);
  const { candidates } = settings;
  const best = tried.findLast((candidate) => candidate.decision === 'shown') ?? null;
  const againstEqualTime = best && compareWithEqualTime(best, settings, runs);
  const used = usedSeconds(runs);
  return {
    tried,
    bracket: { notShown: candidates[low] ?? null, shown: candidates[high] ?? null },
    best,
    againstEqualTime,
    usedSeconds: used,
    next: moveAfter({ tried, best, used }, settings, runs),
  };
}

interface Bisection {
  readonly tried: readonly CandidateEvidence[];
  /** Place of the highest candidate that was not shown, -1 without one ... */
  readonly low: number;
  /** ... and of the lowest one that was, the number of candidates without one. */
  readonly high: number;
}

/** Shown: a lower t0, which saves more, may do too. Not shown: a higher one is needed. */
function bisect(settings: SearchSettings, runs: readonly SearchRun[]): Bisection {
  const { candidates } = settings;
  const tried: CandidateEvidence[] = [];
  let [low, high] = [-1, candidates.length];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const candidate = judgeCandidate(candidates[middle], settings, runs);
    tried.push(candidate);
    if (candidate.decision === 'open' || candidate.decision === 'stuck') break;
    if (candidate.decision === 'shown') high = middle;
    else low = middle;
  }
  return { tried, low, high };
}

interface Findings {
  readonly tried: readonly CandidateEvidence[];
  readonly best: CandidateEvidence | null;
  readonly used: number;
}

/** The equal-time runs come last, and also where the budget is too small for another look but not for them. */
function moveAfter({ tried, best, used }: Findings, settings: SearchSettings, runs: readonly SearchRun[]): SearchMove {
  const budget = { used, whole: settings.budgetSeconds };
  const last = tried.at(-1);
  const look = last?.decision === 'open' ? lookRound(last, runs) : null;
  if (look !== null && fitsBudget(look, budget)) return { train: look };
  const control = best !== null && settings.equalTime ? equalTimeRound(best, runs) : null;
  if (control !== null && fitsBudget(control, budget)) return { train: control };
  if (look !== null || control !== null) return { end: 'budget' };
  return { end: last?.decision === 'stuck' ? 'stuck' : 'complete' };
}

/** Seed by seed, so that a drift of the machine meets both arms alike. */
function lookRound({ t0, arm, wanted, looks }: CandidateEvidence, runs: readonly SearchRun[]): Round {
  const places = wanted
    .flatMap((seed) => [
      { arm: BASELINE_ARM, seed },
      { arm, seed },
    ])
    .filter((place) => isMissing(place, runs));
  const seconds = estimateSeconds(places, runs, BASELINE_ARM);
  const pairs = wanted.length;
  const isBegun = hasBegun(arm, wanted.slice(looks.at(-1)?.pairs), runs);
  if (seconds !== null) return { t0, purpose: 'look', pairs, places, seconds, isBegun };
  return { t0, purpose: 'probe', pairs, places: [{ arm: BASELINE_ARM, seed: wanted[0] }], seconds, isBegun: false };
}

/** Null where all of it is there. */
function equalTimeRound(best: CandidateEvidence, runs: readonly SearchRun[]): Round | null {
  const places = equalTimeMissing(best, runs);
  if (places.length === 0) return null;
  const seconds = estimateSeconds(places, runs, best.arm);
  const isBegun = hasBegun(equalTimeName(best.arm), best.seeds, runs);
  return { t0: best.t0, purpose: 'equal-time', pairs: best.seeds.length, places, seconds, isBegun };
}

/** Runs of the baseline may have been trained for another candidate; imported ones took no time of this search. */
function hasBegun(arm: string, seeds: readonly number[], runs: readonly SearchRun[]): boolean {
  return seeds.some((seed) => runsAt({ arm, seed }, runs).some((run) => !run.imported && activeSeconds(run) > 0));
}
