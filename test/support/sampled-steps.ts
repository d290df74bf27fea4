import type { TimedEpochs } from '#core/analysis/epoch-pace.ts';
import type { SampledSteps } from '#core/analysis/run-pace.ts';
import { depthChanges } from '#core/policy/cost.ts';
import { randomStream } from '#core/random.ts';

/** Ratios of a step's time with 0 to 4 layers frozen. */
export const RATIOS: readonly number[] = [1, 0.8, 0.65, 0.5, 0.35];
const EVERY = 50;

/** Steps are slower by a factor in a part of the run, given by shares of its steps. */
export interface Load {
  readonly from: number;
  readonly until: number;
  readonly factor: number;
}

export function loaded(factor: number, from = 0): Load {
  return { from, until: 1, factor };
}

export interface Sampled {
  readonly samples: number;
  readonly seed: number;
  /** Standard deviation of the logarithm of a step's time. */
  readonly noise: number;
  /** A share of the steps takes several times as long, as where another program wakes up. */
  readonly spikes?: number;
  readonly load?: Load | undefined;
  /** Whether layers freeze, one after another from a third of the run on. */
  readonly freezes?: boolean;
}

/** A run whose unfrozen step takes 100 ms, every 50th step sampled. */
export function sampled({ samples, seed, noise, spikes = 0, load, freezes = true }: Sampled): SampledSteps {
  const draws = randomStream(seed, 'synthetic', samples);
  const places = Array.from({ length: samples }, (_, index) => index / samples);
  const frozenLayers = places.map((place) => (freezes ? Math.max(0, Math.min(4, Math.floor(6 * place) - 1)) : 0));
  const stepMs = places.map((place, index) => {
    const isLoaded = load !== undefined && place >= load.from && place < load.until;
    const spike = draws.nextUniform() < spikes ? 1 + 3 * draws.nextUniform() : 1;
    return (
      100 * RATIOS[frozenLayers[index]] * Math.exp(noise * draws.nextNormal()) * (isLoaded ? load.factor : 1) * spike
    );
  });
  return { step: places.map((_, index) => EVERY * index), stepMs, frozenLayers };
}

/** Milliseconds of a step outside the network. */
const OUTSIDE_MS = 4;

/** The epochs of such a run, with draws of their own for each step: the training seconds that a run stores. */
export function timedEpochs(run: Sampled, stepsPerEpoch: number): TimedEpochs {
  const { samples, seed, freezes = true } = run;
  const steps = EVERY * samples;
  const { stepMs } = sampled({ ...run, samples: steps, seed: seed + 1_000_003 });
  const epochs = Array.from({ length: Math.ceil(steps / stepsPerEpoch) }, (_, index) => {
    const inEpoch = stepMs.slice(index * stepsPerEpoch, (index + 1) * stepsPerEpoch);
    return { epoch: index + 1, seconds: inEpoch.reduce((sum, ms) => sum + ms + OUTSIDE_MS, 0) / 1000 };
  });
  const freezeSteps = freezes ? [2, 3, 4, 5].map((sixth) => Math.ceil((sixth * steps) / 6)) : [];
  return {
    ...{ steps, stepsPerEpoch, epochs, depths: depthChanges(freezeSteps, []) },
    ...{ outsideMs: OUTSIDE_MS, cachedFrom: Number.POSITIVE_INFINITY },
  };
}
