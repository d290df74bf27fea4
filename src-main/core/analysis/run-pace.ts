import { median, quantile } from './quantile.ts';

/** Sampled steps of a run, in order. */
export interface SampledSteps {
  readonly step: readonly number[];
  readonly stepMs: readonly number[];
  /** Layers that were frozen in each of these steps. */
  readonly frozenLayers: readonly number[];
}

/** What a run's profile says of a step at a freeze depth, as a ratio to the unfrozen step's time. */
export interface DepthRatio {
  readonly ratio: number;
  /** Standard error of its logarithm. */
  readonly error: number;
}

/**
 * How long the steps of a run took, by its samples: each is divided by the ratio that the profile has for its freeze depth, so
 * that all of them would take the unfrozen step's time if nothing but the freezing changed.
 */
export interface RunPace {
  /** That time over the whole run, in ms: the mean over stretches of the run, each by its typical step. */
  readonly level: number;
  /** Standard error of the logarithm of `level`, the profile's own included. */
  readonly error: number;
  /** The level of the quieter part; `level` where no part is slower. */
  readonly quiet: number;
  /** The part of the run in which steps took longer; null where no part is told apart. */
  readonly slow: SlowPart | null;
}

export interface SlowPart {
  /** The first sampled step of that part. */
  readonly from: number;
  /** The first sampled step after it; null where it lasts to the end of the run. */
  readonly until: number | null;
  /** Step time in it as a ratio to that outside. */
  readonly factor: number;
}

/** With fewer samples a median says too little. */
const FEWEST_SAMPLES = 12;
/** A stretch has as many samples as can be had, but there are enough stretches to tell parts of the run from each other. */
const SAMPLES_A_STRETCH = 6;
const FEWEST_STRETCHES = 4;
const MOST_STRETCHES = 10;
/** Stretches on each side of a change. */
const SHORTEST_PART = 2;
/** A part is told apart from here on, where its noise does not ask for more. */
const LEAST_CHANGE = Math.log(1.1);
/** In standard errors; the tests have the rates of false alarms. */
const SURE = 4;
/**
 * A stretch counts by the lower third of its steps: single steps that took several times as long, as where another program wakes
 * up, are not a load that lasts, and they only ever lengthen a step.
 */
const TYPICAL = 1 / 3;
/** Standard error of that quantile of normal values against their mean's: sqrt(p (1 - p)) / density. */
const TYPICAL_ERROR = 1.3;
/** Of a median of distances, the standard deviation of normal values. */
const DEVIATION = 1.4826;

/** Null with too few samples at depths that the profile knows. */
export function paceOf(samples: SampledSteps, ratioAt: (frozenLayers: number) => DepthRatio | null): RunPace | null {
  const points = pointsOf(samples, ratioAt);
  return points.length < FEWEST_SAMPLES ? null : paceOfPoints(points, 0);
}

/** At least four points, in order; `leastNoise` is the standard deviation that a point's value is known to have. */
export function paceOfPoints(points: readonly PacePoint[], leastNoise: number): RunPace {
  const stretches = stretchesOf(points);
  const weight = sum(stretches.map((stretch) => stretch.weight));
  const level = sum(stretches.map((stretch) => stretch.weight * Math.exp(stretch.typical))) / weight;
  const noise = Math.max(noiseOf(points, stretches), leastNoise / Math.sqrt(points.length / stretches.length));
  const ofProfile = sum(points.map((point) => point.weight * point.error)) / sum(points.map((point) => point.weight));
  const slow = slowPart(points, stretches, noise);
  return {
    level,
    error: Math.hypot(noise / Math.sqrt(stretches.length), ofProfile),
    quiet: slow === null ? level : Math.exp(slow.outside),
    slow: slow && { from: slow.from, until: slow.until, factor: slow.factor },
  };
}

/** A step, or a few that follow each other. */
export interface PacePoint {
  /** The first step. */
  readonly step: number;
  /** Logarithm of a step's time, had nothing been frozen. */
  readonly value: number;
  /** Its share of the time: the ratio, or the sum of these. */
  readonly weight: number;
  /** Standard error of the ratio's logarithm. */
  readonly error: number;
}

function pointsOf(
  { step, stepMs, frozenLayers }: SampledSteps,
  ratioAt: (depth: number) => DepthRatio | null,
): PacePoint[] {
  return step.flatMap((at, index) => {
    const found = ratioAt(frozenLayers[index]);
    const ms = stepMs[index];
    if (found === null || !(ms > 0) || !(found.ratio > 0)) return [];
    return [{ step: at, value: Math.log(ms / found.ratio), weight: found.ratio, error: found.error }];
  });
}

interface Stretch {
  /** Logarithm of the time of its typical step. */
  readonly typical: number;
  readonly weight: number;
  /** Index of its first point. */
  readonly start: number;
}

function stretchesOf(points: readonly PacePoint[]): Stretch[] {
  const fitting = Math.floor(points.length / SAMPLES_A_STRETCH);
  const count = Math.min(MOST_STRETCHES, Math.max(FEWEST_STRETCHES, fitting));
  const startOf = (index: number) => Math.round((index * points.length) / count);
  return Array.from({ length: count }, (_, index) => {
    const start = startOf(index);
    const part = points.slice(start, startOf(index + 1));
    return {
      start,
      typical: quantile(
        part.map(({ value }) => value),
        TYPICAL,
      ),
      weight: sum(part.map(({ weight }) => weight)),
    };
  });
}

/**
 * Standard deviation of a stretch's typical step, from differences of neighbours, which one change of the level does not disturb: of the
 * samples, as if these were independent, or of the stretches themselves, whichever is more.
 */
function noiseOf(points: readonly PacePoint[], stretches: readonly Stretch[]): number {
  const perStretch = points.length / stretches.length;
  const single = (TYPICAL_ERROR * spreadOfNeighbours(points.map(({ value }) => value))) / Math.sqrt(perStretch);
  return Math.max(single, spreadOfNeighbours(stretches.map((stretch) => stretch.typical)));
}

function spreadOfNeighbours(values: readonly number[]): number {
  const distances = values.slice(1).map((value, index) => Math.abs(value - values[index]));
  return (DEVIATION * median(distances)) / Math.SQRT2;
}

interface Part {
  /** Indices of stretches: the first in it, and the first after it. */
  readonly start: number;
  readonly end: number;
  readonly inside: number;
  readonly outside: number;
  readonly cost: number;
}

/** The part that explains the stretches best as two levels, by least absolute deviations, if it is slower by enough. */
function slowPart(points: readonly PacePoint[], stretches: readonly Stretch[], noise: number) {
  const count = stretches.length;
  const all = stretches.map((stretch) => stretch.typical);
  // Most runs end here, so that a comparison of a hundred runs stays quick.
  if (Math.max(...all) - Math.min(...all) < LEAST_CHANGE) return null;
  let best: Part | null = null;
  for (let start = 0; start + SHORTEST_PART <= count; start++) {
    for (let end = start + SHORTEST_PART; end <= count; end++) {
      const part = partOf(stretches, start, end);
      if (part !== null && (best === null || part.cost < best.cost)) best = part;
    }
  }
  if (best === null) return null;
  const [length, rest] = [best.end - best.start, count - (best.end - best.start)];
  const change = best.inside - best.outside;
  if (change < Math.max(LEAST_CHANGE, SURE * noise * Math.sqrt(1 / length + 1 / rest))) return null;
  const from =
    best.start === 0 ? 0 : changePlace(points, stretches, { at: best.start, before: best.outside, after: best.inside });
  const until =
    best.end === count
      ? null
      : changePlace(points, stretches, { at: best.end, before: best.inside, after: best.outside });
  return {
    from: points[from].step,
    until: until === null ? null : points[until].step,
    factor: Math.exp(change),
    outside: best.outside,
  };
}

/** Null where the rest is too short, or not quicker. */
function partOf(stretches: readonly Stretch[], start: number, end: number): Part | null {
  const within = stretches.slice(start, end).map((stretch) => stretch.typical);
  const rest = [...stretches.slice(0, start), ...stretches.slice(end)].map((stretch) => stretch.typical);
  if (rest.length < SHORTEST_PART) return null;
  const [inside, outside] = [median(within), median(rest)];
  if (inside <= outside) return null;
  const cost =
    sum(within.map((value) => Math.abs(value - inside))) + sum(rest.map((value) => Math.abs(value - outside)));
  return { start, end, inside, outside, cost };
}

interface Change {
  /** Index of the stretch that begins after the change, as far as stretches tell. */
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** The point at which the change is likeliest, within the stretches on both sides of it. */
function changePlace(
  points: readonly PacePoint[],
  stretches: readonly Stretch[],
  { at, before, after }: Change,
): number {
  const first = stretches[at - 1].start;
  const last = stretches[at + 1]?.start ?? points.length;
  const candidates = Array.from({ length: last - first }, (_, index) => first + index);
  const costOf = (place: number) =>
    sum(candidates.map((index) => Math.abs(points[index].value - (index < place ? before : after))));
  return candidates.reduce((best, place) => (costOf(place) < costOf(best) ? place : best), stretches[at].start);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
