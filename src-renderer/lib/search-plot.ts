import type { Interval } from '#core/analysis/statistics.ts';
import type { CandidateDecision, CandidateEvidence } from '#core/find/evidence.ts';
import type { SearchProgress } from '#core/find/progress.ts';
import { parameterOf } from '#core/find/searched-parameters.ts';

/** A candidate that was tried; all its places are shares of the plot's width or height, from the left and from the top. */
export interface PlottedCandidate {
  readonly value: number;
  readonly decision: CandidateDecision;
  readonly outcome: CandidateEvidence['outcome'];
  readonly x: number;
  /** The place of its mean; null where the mean is not known. */
  readonly y: number | null;
  /** The places of the ends of its 95 % interval, the upper end first. */
  readonly interval: Interval | null;
}

export interface SearchPlot {
  readonly candidates: readonly PlottedCandidate[];
  /** Places of all values among which is searched. */
  readonly values: readonly number[];
  /** Where the value that is searched for must be, as things stand. */
  readonly bracket: Interval;
  readonly tolerance: number;
  readonly zero: number;
  /** Error increases at the top and at the bottom, in points. */
  readonly range: Interval;
}

/** Room at the sides, and above and below what is drawn. */
const MARGIN = 0.05;
/** Intervals of a few pairs are wide: what is beyond so many tolerances is cut off. */
const MOST_TOLERANCES = 4;

/** Error increase over the value: the candidates that were tried, the tolerance, and the bracket that is left. */
export function searchPlot({ tried, bracket, settings }: SearchProgress): SearchPlot {
  const { candidates, tolerance } = settings;
  const [lowest, highest] = [candidates[0], candidates[candidates.length - 1]];
  const x = (value: number) =>
    highest === lowest ? 0.5 : MARGIN + (1 - 2 * MARGIN) * ((value - lowest) / (highest - lowest));
  const ends = [bracket.notShown, bracket.shown];
  const [from, to] = parameterOf(settings.over).savesMost === 'lowest' ? ends : ends.toReversed();
  const range = rangeOf(tried, tolerance);
  const y = (points: number) => Math.min(1, Math.max(0, (range[0] - points) / (range[0] - range[1])));
  return {
    candidates: tried.map(({ value, decision, outcome, errorDelta, ci }) => ({
      ...{ value, decision, outcome, x: x(value) },
      y: errorDelta === null ? null : y(errorDelta),
      interval: ci.errorDelta && [y(ci.errorDelta[1]), y(ci.errorDelta[0])],
    })),
    values: candidates.map(x),
    bracket: [from === null ? 0 : x(from), to === null ? 1 : x(to)],
    ...{ tolerance: y(tolerance), zero: y(0), range },
  };
}

function rangeOf(tried: readonly CandidateEvidence[], tolerance: number): Interval {
  const points = tried.flatMap(({ errorDelta, ci }) => [errorDelta ?? 0, ...(ci.errorDelta ?? [])]);
  const finite = points.filter(Number.isFinite);
  const most = MOST_TOLERANCES * tolerance;
  const top = Math.min(most, Math.max(1.5 * tolerance, ...finite));
  const bottom = Math.max(-most, Math.min(-0.5 * tolerance, ...finite));
  const room = MARGIN * (top - bottom);
  return [top + room, bottom - room];
}
