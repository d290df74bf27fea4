import type { DepthChange } from '#core/policy/cost.ts';
import { depthAt } from '#core/policy/cost.ts';
import type { DepthRatio, PacePoint, RunPace, SampledSteps } from './run-pace.ts';
import { paceOfPoints } from './run-pace.ts';

/** How long the epochs of a run took. They hold all of its steps, so that their means scatter less than single steps do. */
export interface TimedEpochs {
  /** Steps of the run, and of every epoch but the last, which may have fewer. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Training time of the epochs, in order, without evaluation. Numbers start at 1. */
  readonly epochs: readonly { readonly epoch: number; readonly seconds: number }[];
  /** The steps from which on another number of layers was frozen, in order. */
  readonly depths: readonly DepthChange[];
  /** Milliseconds that a step takes outside the network, as a rule: freezing does not shorten these. */
  readonly outsideMs: number;
  /** Epochs that go on beyond this step with layers frozen do not count, since a cache served some of their steps. */
  readonly cachedFrom: number;
}

type RatioAt = (frozenLayers: number) => DepthRatio | null;

const FEWEST_EPOCHS = 4;
/** The least standard deviation that the logarithm of a step's time is taken to have: few samples may hide it. */
const LEAST_SCATTER = 0.1;

/** The pace of a run by its epochs; the samples only say how much single steps scatter. Null with too few epochs that count. */
export function epochPaceOf(timed: TimedEpochs, samples: SampledSteps, ratioAt: RatioAt): RunPace | null {
  const points = timed.epochs.flatMap((epoch) => pointOf(epoch, timed, ratioAt));
  if (points.length < FEWEST_EPOCHS) return null;
  return paceOfPoints(points, scatterOf(samples, ratioAt) / Math.sqrt(timed.stepsPerEpoch));
}

function pointOf(
  { epoch, seconds }: TimedEpochs['epochs'][number],
  { steps, stepsPerEpoch, depths, outsideMs, cachedFrom }: TimedEpochs,
  ratioAt: RatioAt,
): PacePoint[] {
  const [start, end] = [(epoch - 1) * stepsPerEpoch, Math.min(steps, epoch * stepsPerEpoch)];
  const inside = 1000 * seconds - outsideMs * (end - start);
  const changes = depths.map(({ step }) => step).filter((step) => step > start && step < end);
  const places = [start, ...changes, end];
  const isCached = end > cachedFrom && places.slice(0, -1).some((step) => depthAt(depths, step) > 0);
  if (isCached || !(inside > 0)) return [];
  let [weight, error] = [0, 0];
  for (let index = 0; index + 1 < places.length; index++) {
    const found = ratioAt(depthAt(depths, places[index]));
    if (found === null) return [];
    weight += found.ratio * (places[index + 1] - places[index]);
    error += found.error * found.ratio * (places[index + 1] - places[index]);
  }
  return weight > 0 ? [{ step: start, value: Math.log(inside / weight), weight, error: error / weight }] : [];
}

/** Standard deviation of a step's time as a share of its mean, all long steps included, which an epoch's mean includes too. */
function scatterOf({ stepMs, frozenLayers }: SampledSteps, ratioAt: RatioAt): number {
  const times = stepMs.flatMap((ms, index) => {
    const ratio = ratioAt(frozenLayers[index])?.ratio ?? 0;
    return ratio > 0 ? [ms / ratio] : [];
  });
  if (times.length < 2) return LEAST_SCATTER;
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const variance = times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (times.length - 1);
  return Math.max(LEAST_SCATTER, Math.sqrt(variance) / mean);
}
