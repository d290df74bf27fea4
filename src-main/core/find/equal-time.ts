import type { OutcomeState } from '#core/analysis/outcomes.ts';
import { errorRounding, roundingOfMean } from '#core/analysis/rounding.ts';
import type { Alternative, Interval } from '#core/analysis/statistics.ts';
import { mean, pairedInterval, pairedTest } from '#core/analysis/statistics.ts';
import { equalTimeName } from '#core/study.ts';
import type { CandidateEvidence } from './evidence.ts';
import { INTERVAL_LEVEL } from './evidence.ts';
import type { ArmAndSeed, SearchRun } from './search-run.ts';
import { countedRun, finishedRun, isMissing } from './search-run.ts';
import type { SearchSettings } from './settings.ts';
import { ERROR_RATE } from './spending.ts';

/** The recommended arm compared with a baseline that got as little time. */
export interface EqualTimeEvidence {
  readonly arm: string;
  readonly seeds: readonly number[];
  /** 100 x (test error of the candidate's run - test error of the equal-time run), mean over `seeds`: better below 0. */
  readonly errorDelta: number | null;
  readonly ci: Interval | null;
  /** Two-sided p of the hypothesis that there is no difference. */
  readonly p: number | null;
  /** The largest p that supports a claim. */
  readonly level: number;
  readonly beats: boolean;
  /** One-sided p of the hypothesis that the candidate makes no more errors. */
  readonly pMoreErrors: number | null;
  /** What is shown: fewer errors than training less, more errors (by that test of its own, at the same level), or neither. */
  readonly outcome: OutcomeState;
}

/** The runs that the comparison still needs, at the candidate's own seeds. */
export function equalTimeMissing(candidate: CandidateEvidence, runs: readonly SearchRun[]): ArmAndSeed[] {
  const arm = equalTimeName(candidate.arm);
  return candidate.seeds.map((seed) => ({ arm, seed })).filter((place) => isMissing(place, runs));
}

/**
 * Null until there is a pair. The candidate was chosen for its errors at one of the looks, so the level of all claims is divided
 * by the number of looks (Bonferroni). Without this, 8 % of the claims are false in simulations (test/bench/find.ts).
 */
export function compareWithEqualTime(
  candidate: CandidateEvidence,
  { looks }: Pick<SearchSettings, 'looks'>,
  runs: readonly SearchRun[],
): EqualTimeEvidence | null {
  const arm = equalTimeName(candidate.arm);
  const pairs = candidate.seeds.flatMap((seed) => {
    const own = finishedRun({ arm: candidate.arm, seed }, runs);
    const control = finishedRun({ arm, seed }, runs);
    if (own === null || control === null) return [];
    const variance = errorRounding(countedRun(own), countedRun(control));
    return [{ seed, errorDelta: 100 * (own.testError - control.testError), variance }];
  });
  if (pairs.length === 0) return null;
  const differences = pairs.map((pair) => pair.errorDelta);
  const rounding = roundingOfMean(pairs.map((pair) => pair.variance));
  const errorDelta = mean(differences);
  const level = ERROR_RATE / looks.length;
  const test = (alternative: Alternative) => pairedTest(differences, { alternative }, rounding)?.p ?? null;
  const [p, pMoreErrors] = [test('two-sided'), test('greater')];
  const beats = errorDelta !== null && errorDelta < 0 && p !== null && p <= level;
  const isNotBetter = pMoreErrors !== null && pMoreErrors <= level;
  return {
    ...{ arm, seeds: pairs.map((pair) => pair.seed), errorDelta },
    ...{ ci: pairedInterval(differences, INTERVAL_LEVEL, rounding), p, level, beats, pMoreErrors },
    outcome: beats ? 'shown-better' : isNotBetter ? 'shown-not-better' : 'not-shown',
  };
}
