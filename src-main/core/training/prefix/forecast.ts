import type { BatchState, Home, PrefixCosts } from './costs.ts';
import { cachedMs, ordinaryMs } from './costs.ts';
import type { VisitStretch, Visits } from './visits.ts';
import { isLastVisit } from './visits.ts';

/** Images that are kept in the same places throughout. */
export interface ImageClass {
  /** The share of all images (and views). */
  readonly share: number;
  /** Where the values at each phase's boundary are kept; null: nowhere. */
  readonly homes: readonly (Home | null)[];
}

/** Milliseconds that the frozen layers take in each phase, without and with kept values. */
export interface Forecast {
  readonly ordinary: readonly number[];
  readonly cached: readonly number[];
}

/** Sums of shares may differ from 1 by this much. */
const ROUNDING = 1e-9;

/**
 * Goes through the steps of a run with the expected batch. In an epoch each image is read once, at a random time, so a batch is
 * a mix of images by what the last reading of each has kept. Only this class's share of each batch counts (`imageClass.share`).
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

/** Values that are not to be kept are computed in the faster of the two ways. */
function readingMs(costs: PrefixCosts, state: BatchState, ordinary: number): number {
  if (state.keepIn !== null) return cachedMs(costs, state);
  return state.mix[0] > 1 - ROUNDING ? ordinary : Math.min(ordinary, cachedMs(costs, state));
}

/** Whether an epoch leaves all values where it found them. */
function isSettled(before: readonly number[], stretches: readonly VisitStretch[]): boolean {
  return stretches.length === 1 && before[stretches[0].phase] > 1 - ROUNDING;
}

interface Reading {
  readonly stepsPerEpoch: number;
  readonly homes: readonly (Home | null)[];
}

/** Images that were read at a phase that keeps values have moved there; the others have not moved. */
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
