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
import { bySaving } from './settings.ts';

/** Runs to train before the next decision, all arms of a seed one after another. */
export interface Round {
  readonly value: number;
  /** `probe`: one run of the baseline, which shows how long runs take. */
  readonly purpose: 'probe' | 'look' | 'equal-time';
  /** Number of pairs at the look. */
  readonly pairs: number;
  readonly places: readonly ArmAndSeed[];
  /** Active seconds that the round will still take; null before any run shows how long one takes. */
  readonly seconds: number | null;
  /** Whether part of the round is trained already: then it is completed whatever the budget. */
  readonly isBegun: boolean;
}

/** `complete`: nothing is left to try. `budget`: the next round would not fit. `stuck`: a run of the baseline diverged. */
export type SearchEnd = 'complete' | 'budget' | 'stuck';

export type SearchMove = { readonly train: Round } | { readonly end: SearchEnd };

/** The state of a search: a function of its settings and the stored runs alone, so that it can be left and resumed anywhere. */
export interface SearchStanding {
  /** The candidates in the order in which they were tried; the last one may be open. */
  readonly tried: readonly CandidateEvidence[];
  /** The candidates between which the search goes on; null where none bounds that side. */
  readonly bracket: { readonly notShown: number | null; readonly shown: number | null };
  /** The number of candidates in between. */
  readonly between: number;
  /** Of the candidates that were shown to be within the tolerance, the one that saves most; null where none was. */
  readonly best: CandidateEvidence | null;
  /** The equal-time comparison of the best candidate; null where none of its runs is there. */
  readonly againstEqualTime: EqualTimeEvidence | null;
  readonly usedSeconds: number;
  readonly next: SearchMove;
}

export function nextMove(settings: SearchSettings, runs: readonly SearchRun[]): SearchMove {
  return standingOf(settings, runs).next;
}

/** Replays the bisection over the stored runs, up to where runs are missing. */
export function standingOf(settings: SearchSettings, runs: readonly SearchRun[]): SearchStanding {
  const { tried, low, high } = bisect(settings, runs);
  const candidates = bySaving(settings);
  const best = tried.findLast((candidate) => candidate.decision === 'shown') ?? null;
  const againstEqualTime = best && compareWithEqualTime(best, settings, runs);
  const used = usedSeconds(runs);
  return {
    tried,
    bracket: { notShown: candidates[low] ?? null, shown: candidates[high] ?? null },
    between: high - low - 1,
    best,
    againstEqualTime,
    usedSeconds: used,
    next: moveAfter({ tried, best, used }, settings, runs),
  };
}

interface Bisection {
  readonly tried: readonly CandidateEvidence[];
  /** By saving, the index of the last candidate that was not shown to be within the tolerance, or -1 ... */
  readonly low: number;
  /** ... and of the first one that was, or the number of candidates. */
  readonly high: number;
}

/** After a candidate that was shown, one that saves more may do too; after one that was not, one that saves less is needed. */
function bisect(settings: SearchSettings, runs: readonly SearchRun[]): Bisection {
  const candidates = bySaving(settings);
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

/** The equal-time runs come last; they also come when the budget is too small for another look but large enough for them. */
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

/** Trains seed by seed, so that a drift of the machine meets both arms alike. */
function lookRound({ value, arm, wanted, looks }: CandidateEvidence, runs: readonly SearchRun[]): Round {
  const places = wanted
    .flatMap((seed) => [
      { arm: BASELINE_ARM, seed },
      { arm, seed },
    ])
    .filter((place) => isMissing(place, runs));
  const seconds = estimateSeconds(places, runs, BASELINE_ARM);
  const pairs = wanted.length;
  // Runs of the baseline do not count, as another candidate may have needed them.
  const isBegun = hasBegun(arm, wanted.slice(looks.at(-1)?.pairs), runs);
  if (seconds !== null) return { value, purpose: 'look', pairs, places, seconds, isBegun };
  // No run of the baseline has finished yet, so one that was begun is the probe.
  const [seed] = wanted;
  const isProbing = hasBegun(BASELINE_ARM, [seed], runs);
  return { value, purpose: 'probe', pairs, places: [{ arm: BASELINE_ARM, seed }], seconds, isBegun: isProbing };
}

/** The equal-time runs that are missing; null where none is. */
function equalTimeRound(best: CandidateEvidence, runs: readonly SearchRun[]): Round | null {
  const places = equalTimeMissing(best, runs);
  if (places.length === 0) return null;
  const seconds = estimateSeconds(places, runs, best.arm);
  const isBegun = hasBegun(equalTimeName(best.arm), best.seeds, runs);
  return { value: best.value, purpose: 'equal-time', pairs: best.seeds.length, places, seconds, isBegun };
}

/** Imported runs do not count, which took no time here. */
function hasBegun(arm: string, seeds: readonly number[], runs: readonly SearchRun[]): boolean {
  return seeds.some((seed) => runsAt({ arm, seed }, runs).some((run) => !run.imported && activeSeconds(run) > 0));
}
