import type { BatchState, Home, PrefixCosts } from './costs.ts';
import { cachedMs, ordinaryMs } from './costs.ts';
import type { VisitStretch, Visits } from './visits.ts';

/** Images that are kept in the same places throughout. */
export interface ImageClass {
  /** The share of all images (and views). */
  readonly share: number;
  /** Where the values at each boundary are kept; null: nowhere. */
  readonly homes: readonly (Home | null)[];
}

/** Milliseconds that the frozen layers take at each boundary, without and with kept values. */
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
  const ordinaryAt = costs.stepMs.map((_, boundary) => ordinaryMs(costs, boundary));
  const mixes = new ExpectedMixes(visits, zeros().with(0, 1));
  const { homes, share } = imageClass;
  for (const stretch of visits.stretches) {
    const { boundary, steps, isReadAgain } = stretch;
    const keepIn = isReadAgain ? homes[boundary] : null;
    const mix = mixes.read(stretch, keepIn !== null);
    const ms = ordinaryAt[boundary];
    ordinary[boundary] += steps * share * ms;
    cached[boundary] += steps * share * readingMs(costs, { boundary, mix, homes, keepIn, share }, ms);
  }
  return { ordinary, cached };
}

/** Values that are not to be kept are computed in the faster of the two ways. */
function readingMs(costs: PrefixCosts, state: BatchState, ordinary: number): number {
  if (state.keepIn !== null) return cachedMs(costs, state);
  return state.mix[0] > 1 - ROUNDING ? ordinary : Math.min(ordinary, cachedMs(costs, state));
}

/** Shares of images by the boundary at which their values are kept; [0] is the share without kept values. */
type Mix = readonly number[];

/** What is kept of the images of each view, as it is expected while the run goes on. */
class ExpectedMixes {
  readonly #visits: Visits;
  readonly #nothing: Mix;
  /** The mix of each view after the last epoch that read it. */
  readonly #mixes = new Map<number, Mix>();
  #epoch = 0;
  #boundary = 0;
  /** The mix of the images that the epoch has not read yet; its shares sum to 1. */
  #unread: Mix;
  /** The mix of those that it has read; its shares sum to their share of all images. */
  #read: Mix;

  constructor(visits: Visits, nothing: Mix) {
    this.#visits = visits;
    this.#nothing = nothing;
    this.#unread = nothing;
    this.#read = nothing.map(() => 0);
  }

  /** The mix of a batch that is read in the stretch, whose images then are kept at its boundary, or stay where they were. */
  read({ epoch, boundary, steps }: VisitStretch, isKept: boolean): Mix {
    if (epoch !== this.#epoch) this.#begin(epoch);
    if (boundary < this.#boundary) this.#dropBehind(boundary);
    this.#boundary = boundary;
    const before = this.#unread;
    const share = steps / this.#visits.stepsPerEpoch;
    this.#read = isKept
      ? this.#read.with(boundary, this.#read[boundary] + share)
      : this.#read.map((read, at) => read + share * before[at]);
    return before;
  }

  #begin(epoch: number): void {
    const { views } = this.#visits;
    const unread = Math.max(0, 1 - this.#read.reduce((sum, share) => sum + share, 0));
    this.#mixes.set(
      this.#epoch % views,
      this.#read.map((share, at) => share + unread * this.#unread[at]),
    );
    this.#epoch = epoch;
    this.#unread = this.#mixes.get(epoch % views) ?? this.#nothing;
    this.#read = this.#nothing.map(() => 0);
  }

  /** Values behind a layer that trains again are dropped. */
  #dropBehind(boundary: number): void {
    const without = (mix: Mix) => {
      const behind = mix.slice(boundary + 1).reduce((sum, share) => sum + share, 0);
      return mix.map((share, at) => (at > boundary ? 0 : share)).with(0, mix[0] + behind);
    };
    this.#unread = without(this.#unread);
    this.#read = without(this.#read);
    for (const [view, mix] of this.#mixes) this.#mixes.set(view, without(mix));
  }
}
