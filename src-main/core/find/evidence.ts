import { clockStep, errorRounding, roundingOfMean, savedRounding } from '#core/analysis/rounding.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import { mean, pairedInterval, pairedTest, upperBound } from '#core/analysis/statistics.ts';
import { BASELINE, policyName } from '#core/policy/policy.ts';
import type { FinishedSearchRun, SearchRun } from './search-run.ts';
import { countedRun, finishedRun, hasDiverged } from './search-run.ts';
import type { Look, SearchSettings } from './settings.ts';
import { armAt } from './settings.ts';
import { GIVING_UP_LEVEL, levelAt, outsideLevelAt } from './spending.ts';

/** The result of one look at a candidate; differences and bounds in points of test error. */
export interface LookEvidence {
  readonly pairs: number;
  /** Level of the one-sided test: the part of the error rate that this look spent. */
  readonly level: number;
  readonly errorDelta: number | null;
  /** One-sided upper bound of the error increase, at confidence 1 - level. */
  readonly upper: number | null;
  /** One-sided p of the hypothesis that the error increase is the tolerance or more; null where it cannot be tested. */
  readonly p: number | null;
  readonly decision: 'shown' | 'worse' | 'undecided';
  /** One-sided p of the hypothesis that the error increase is the tolerance or less; null where it cannot be tested. */
  readonly pOutside: number | null;
  /** Whether the increase is shown to be above the tolerance, at a level of its own: giving up a candidate shows nothing. */
  readonly isOutside: boolean;
}

/**
 * `shown`: shown to be no worse than the tolerance. `worse`: given up before the last look. `not-shown`: not shown at the last
 * look either. `diverged`: one of its runs diverged. `open`: the next look needs more runs. `stuck`: a run of the baseline
 * diverged, so that its pair can never be complete.
 */
export type CandidateDecision = 'shown' | 'worse' | 'not-shown' | 'diverged' | 'open' | 'stuck';

export interface CandidateEvidence {
  /** The value of the parameter that is searched over. */
  readonly value: number;
  readonly arm: string;
  readonly decision: CandidateDecision;
  /** What is shown of the candidate: its error increase is below the tolerance, above it, or neither. */
  readonly outcome: 'shown-within' | 'shown-outside' | 'not-shown';
  /** Seeds of the complete pairs, as far as the looks use them. */
  readonly seeds: readonly number[];
  /** The candidate's own runs of these seeds. */
  readonly runIds: readonly string[];
  /** All seeds of the open look, trained ones included; empty where no look is open. */
  readonly wanted: readonly number[];
  readonly looks: readonly LookEvidence[];
  /** The error rate spent so far: the sum of the levels of its looks. */
  readonly spent: number;
  /** Mean over `seeds`. */
  readonly errorDelta: number | null;
  /** Shares of the baseline's training time, means over `seeds`. */
  readonly saved: { readonly wall: number | null; readonly profile: number | null };
  /** Intervals of the means. */
  readonly ci: {
    readonly level: number;
    readonly errorDelta: Interval | null;
    readonly wall: Interval | null;
    readonly profile: Interval | null;
  };
}

export const INTERVAL_LEVEL = 0.95;
export const BASELINE_ARM = policyName(BASELINE);

/** All the evidence on a candidate, at the looks that were fixed beforehand and at no other number of pairs. */
export function judgeCandidate(value: number, settings: SearchSettings, runs: readonly SearchRun[]): CandidateEvidence {
  const arm = armAt(value, settings);
  const looks: LookEvidence[] = [];
  let pairs: readonly Pair[] = [];
  const judged = (decision: CandidateDecision, wanted: readonly number[] = []) =>
    evidenceOf({ value, arm, decision, wanted, looks }, pairs);
  for (const look of settings.looks) {
    const seeds = settings.seeds.slice(0, look.pairs);
    pairs = pairsOf(arm, seeds, runs);
    if (pairs.length < seeds.length) return judged(decisionWithout(arm, seeds, runs), seeds);
    const said = lookAt(look, pairs, settings);
    looks.push(said);
    if (said.decision !== 'undecided') return judged(said.decision);
  }
  return judged('not-shown');
}

interface Pair {
  readonly seed: number;
  /** Id of the candidate's run. */
  readonly runId: string;
  /** 100 x (test error of the candidate's run - test error of the baseline's). */
  readonly errorDelta: number;
  readonly wall: number | null;
  readonly profile: number | null;
  /** Variances that rounding alone gives to the error delta and to the saved wall clock. */
  readonly rounding: { readonly errorDelta: number; readonly wall: number };
}

function pairsOf(arm: string, seeds: readonly number[], runs: readonly SearchRun[]): Pair[] {
  const step = clockStep(runs.flatMap(({ status, seconds }) => (status === 'finished' ? [seconds.training] : [])));
  return seeds.flatMap((seed) => {
    const own = finishedRun({ arm, seed }, runs);
    const base = finishedRun({ arm: BASELINE_ARM, seed }, runs);
    return own === null || base === null ? [] : [pairOf(own, base, step)];
  });
}

function pairOf(own: FinishedSearchRun, base: FinishedSearchRun, step: number): Pair {
  const [seconds, whole] = [own.seconds.training, base.seconds.training];
  return {
    ...{ seed: own.seed, runId: own.id, errorDelta: 100 * (own.testError - base.testError) },
    ...{ wall: whole === 0 ? null : 1 - seconds / whole, profile: own.profileSaved },
    rounding: {
      errorDelta: errorRounding(countedRun(own), countedRun(base)),
      wall: savedRounding(seconds, whole, step),
    },
  };
}

/** A candidate that diverges is worse by any measure; without the baseline's error nothing can be said about any candidate. */
function decisionWithout(arm: string, seeds: readonly number[], runs: readonly SearchRun[]): CandidateDecision {
  if (seeds.some((seed) => hasDiverged({ arm: BASELINE_ARM, seed }, runs))) return 'stuck';
  return seeds.some((seed) => hasDiverged({ arm, seed }, runs)) ? 'diverged' : 'open';
}

function lookAt(look: Look, pairs: readonly Pair[], settings: SearchSettings): LookEvidence {
  const differences = pairs.map((pair) => pair.errorDelta);
  const rounding = roundingOfMean(pairs.map((pair) => pair.rounding.errorDelta));
  const level = levelAt(look, settings);
  const against = (alternative: 'less' | 'greater') =>
    pairedTest(differences, { null: settings.tolerance, alternative }, rounding)?.p ?? null;
  const [p, pWorse] = [against('less'), against('greater')];
  const decision = isAtMost(p, level) ? 'shown' : isAtMost(pWorse, GIVING_UP_LEVEL) ? 'worse' : 'undecided';
  return {
    pairs: pairs.length,
    level,
    errorDelta: mean(differences),
    upper: upperBound(differences, 1 - level, rounding),
    p,
    decision,
    pOutside: pWorse,
    isOutside: isAtMost(pWorse, outsideLevelAt(look, settings)),
  };
}

function isAtMost(p: number | null, level: number): boolean {
  return p !== null && p <= level;
}

function evidenceOf(
  judged: Pick<CandidateEvidence, 'value' | 'arm' | 'decision' | 'wanted' | 'looks'>,
  pairs: readonly Pair[],
): CandidateEvidence {
  const errorDeltas = pairs.map((pair) => pair.errorDelta);
  const walls = pairs.map((pair) => pair.wall);
  const profiles = pairs.map((pair) => pair.profile);
  const rounding = (measure: keyof Pair['rounding']) => roundingOfMean(pairs.map((pair) => pair.rounding[measure]));
  const isOutside = judged.looks.some((look) => look.isOutside);
  return {
    ...judged,
    outcome: judged.decision === 'shown' ? 'shown-within' : isOutside ? 'shown-outside' : 'not-shown',
    seeds: pairs.map((pair) => pair.seed),
    runIds: pairs.map((pair) => pair.runId),
    spent: judged.looks.reduce((sum, { level }) => sum + level, 0),
    errorDelta: mean(errorDeltas),
    saved: { wall: mean(walls), profile: mean(profiles) },
    ci: {
      level: INTERVAL_LEVEL,
      errorDelta: pairedInterval(errorDeltas, INTERVAL_LEVEL, rounding('errorDelta')),
      wall: pairedInterval(walls, INTERVAL_LEVEL, rounding('wall')),
      profile: pairedInterval(profiles, INTERVAL_LEVEL),
    },
  };
}
