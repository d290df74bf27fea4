import type { BatchState, Home, PrefixCosts } from './costs.ts';
import { cachedMs, ordinaryMs } from './costs.ts';
import type { VisitStretch, Visits } from './visits.ts';
import { isLastVisit } from './visits.ts';

/** Images that are kept in the same places throughout. */
export interface ImageClass {
  /** Of all images (and views). */
  readonly share: number;
  /** By phase: where values of its boundary are kept; null: nowhere. */
  readonly homes: readonly (Home | null)[];
}

/** Milliseconds that the frozen layers take, by phase, without and with what is kept. */
export interface Forecast {
  readonly ordinary: readonly number[];
  readonly cached: readonly number[];
}

/** Sums of shares are 1 but for this. */
const ROUNDING = 1e-9;

/**
 * Goes through the steps of a run with the expected batch: in an epoch each image is read once, at any time, so a batch holds
 * images by what the last reading of each left behind. An image's share of the work counts, `imageClass.share` of every batch.
 */
export function forecast(costs: PrefixCosts, visits: Visits, imageClass: ImageClass): Forecast {
  const zeros = () => costs.advanceMs.map(() => 0);
  const [ordinary, cached] = [zeros(), zeros()];
  const ordinaryAt = costs.stepMs.map((_, phase) => ordinaryMs(costs, phase));
  const mixes = new Map<number, readonly number[]>();
  for (const { epoch, stretches } of visits.epochs) {
    const view = epoch % visits.views;
    const before = mixes.get(view) ?? zeros().with(0, 1);
    const homes = isLastVisit(visits, epoch) ? imageClass.homes.map(() => null) : imageClass.homes;
    for (const { phase, steps } of stretches) {
      const state = { phase, mix: before, homes: imageClass.homes, keepIn: homes[phase], share: imageClass.share };
      const ms = ordinaryAt[phase];
      ordinary[phase] += steps * imageClass.share * ms;
      cached[phase] += steps * imageClass.share * readingMs(costs, state, ms);
    }
    if (isSettled(before, stretches)) continue;
    mixes.set(view, mixAfter(before, stretches, { stepsPerEpoch: visits.stepsPerEpoch, homes }));
  }
  return { ordinary, cached };
}

/** What is not to be kept is made in whichever way is faster. */
function readingMs(costs: PrefixCosts, state: BatchState, ordinary: number): number {
  if (state.keepIn !== null) return cachedMs(costs, state);
  return state.mix[0] > 1 - ROUNDING ? ordinary : Math.min(ordinary, cachedMs(costs, state));
}

/** Whether an epoch finds all where it leaves it. */
function isSettled(before: readonly number[], stretches: readonly VisitStretch[]): boolean {
  return stretches.length === 1 && before[stretches[0].phase] > 1 - ROUNDING;
}

interface Reading {
  readonly stepsPerEpoch: number;
  readonly homes: readonly (Home | null)[];
}

/** Images read at a phase that keeps have moved there; the others are where they were. */
function mixAfter(
  before: readonly number[],
  stretches: readonly VisitStretch[],
  { stepsPerEpoch, homes }: Reading,
): readonly number[] {
  const moves = stretches.filter(({ phase }) => homes[phase] !== null);
  const moved = moves.reduce((sum, { steps }) => sum + steps / stepsPerEpoch, 0);
  const after = before.map((share) => share * Math.max(0, 1 - moved));
  for (const { phase, steps } of moves) after[phase] += steps / stepsPerEpoch;
  return after;
}
