import type { PolicyContext } from './policy-context.ts';

/** r of a layer at x = t0 + (1 - t0) i / N, or, for a curve, at x = i / N. */
export type RatioShape = (x: number) => number;

/** A point [x, r] of the user's own freezing curve. */
export type CurvePoint = readonly [x: number, ratio: number];

/** How a layer's freeze time grows with its depth (authors' `how_scale`; "squared" is in their code, not in the paper). */
export const RATIO_SHAPES = {
  linear: (x: number) => x,
  squared: (x: number) => x ** 2,
  cubic: (x: number) => x ** 3,
} as const satisfies Record<string, RatioShape>;

export type NamedShape = keyof typeof RATIO_SHAPES;

export interface ScheduleSettings {
  /** r_i of every layer, 0 < r_i <= 1; that of the head is 1. */
  readonly ratios: readonly number[];
  /** a, the rate that all layers share before scaling. */
  readonly learningRate: number;
  /** lr_i(0) = a / r_i, which gives all layers the same integral of the rate. */
  readonly scaled: boolean;
  /** S of t_i = S r_i. */
  readonly scheduleSteps: number;
  /** Steps in which all rates rise linearly from 0 to the start of the schedule; not part of S. Default: none. */
  readonly warmupSteps?: number;
  /** Steps that the run really takes: a layer that would freeze at this step or later never freezes. */
  readonly steps: number;
}

/** When each layer freezes and at which rate it trains until then, as far as it is known beforehand. Steps count from 0. */
export interface Schedule {
  /** r_i: the planned time of each layer's freeze as a share of S; 1 where none is planned. */
  readonly ratios: readonly number[];
  /** Steps in which the rates rise from 0. */
  readonly warmupSteps: number;
  /** When each layer's rate reaches 0, in steps from the run's start: t_i = S r_i for FreezeOut. */
  readonly rateEnds: readonly number[];
  /**
   * The first step at which each layer is frozen; null for the head and where no freeze is planned within the run.
   * Never falls with i.
   */
  readonly freezeSteps: readonly (number | null)[];
  /**
   * The first step at which each frozen layer trains again; null where it never freezes or stays frozen. Above its freeze step.
   * Never rises with i among the layers that freeze.
   */
  readonly unfreezeSteps: readonly (number | null)[];
  /** The rates at the start of the schedule, after a warm-up if there is one. */
  readonly initialLearningRates: readonly number[];
  /** Rate of a layer that is not yet frozen at this step. */
  learningRateAt(layer: number, step: number): number;
  /** Number of layers that are frozen at this step: always a prefix, which may grow and shrink. */
  frozenLayersAt(step: number): number;
}

/** r_i = shape(t0 + (1 - t0) i / N) for i = 0 .. N (Brock et al. 2017, section 2; t0 is the value before the shape). */
export function shapeRatios(shape: NamedShape, t0: number, layerCount: number): number[] {
  const last = layerCount - 1;
  return layerIndices(layerCount).map((i) => RATIO_SHAPES[shape](t0 + ((1 - t0) * i) / last));
}

/** r_i read off the user's piecewise-linear curve at i / N. The points rise in x from 0 and end at [1, 1]. */
export function curveRatios(points: readonly CurvePoint[], layerCount: number): number[] {
  const last = layerCount - 1;
  return layerIndices(layerCount).map((i) => interpolate(points, i / last));
}

/**
 * FreezeOut's schedule (Brock et al. 2017, equation 1, with the factor 1/2 that is missing in print):
 *   t_i = S r_i,   lr_i(j) = 1/2 lr_i(0) (1 + cos(pi j / t_i)),   layer i freezes at the first step j > t_i: floor(t_i) + 1.
 * With a warm-up of W steps, lr_i = lr_i(0) j / W for j < W, and the schedule begins after it, with j - W in place of j.
 */
export function createSchedule(settings: ScheduleSettings): Schedule {
  const { ratios, learningRate, scaled, scheduleSteps, steps, warmupSteps = 0 } = settings;
  const freezeTimes = ratios.map((ratio) => scheduleSteps * ratio);
  const initialLearningRates = ratios.map((ratio) => (scaled ? learningRate / ratio : learningRate));
  const freezeSteps = freezeTimes.map((time) => warmupSteps + Math.floor(time) + 1);
  return {
    ratios,
    warmupSteps,
    rateEnds: freezeTimes.map((time) => warmupSteps + time),
    ...withinRun({ freezeSteps, steps }),
    initialLearningRates,
    learningRateAt: (layer, step) =>
      step < warmupSteps
        ? (initialLearningRates[layer] * step) / warmupSteps
        : annealed(initialLearningRates[layer], step - warmupSteps, freezeTimes[layer]),
  };
}

export interface CommonCosineSettings {
  /** The freeze step of each layer. Steps at or after the run's end, and that of the head, mean no freeze. */
  readonly freezeSteps: readonly number[];
  /** The step at which each frozen layer trains again. Steps at or after the run's end mean never. Default: never. */
  readonly unfreezeSteps?: readonly number[];
  readonly learningRate: number;
  readonly steps: number;
  /** Steps in which the rate rises linearly from 0; the cosine is over those that are left. Default: none. */
  readonly warmupSteps?: number | undefined;
}

/**
 * A schedule in which layers freeze at given steps, at whatever rate they then have: all share the baseline's cosine
 * over S, or over what a warm-up leaves of it.
 */
export function commonCosine(settings: CommonCosineSettings): Schedule {
  const { freezeSteps, learningRate, steps, warmupSteps = 0 } = settings;
  const planned = withinRun(settings);
  return {
    ratios: planned.freezeSteps.map((step) => (step === null ? 1 : step / steps)),
    warmupSteps,
    rateEnds: freezeSteps.map(() => steps),
    ...planned,
    initialLearningRates: freezeSteps.map(() => learningRate),
    learningRateAt: (_layer, step) =>
      step < warmupSteps
        ? (learningRate * step) / warmupSteps
        : annealed(learningRate, step - warmupSteps, steps - warmupSteps),
  };
}

/** Nothing freezes by plan: the schedule of the baseline, and of policies that decide while training. */
export function neverFreezing({ layerNames, ...rates }: PolicyContext): Schedule {
  const freezeSteps = layerNames.map(() => Number.POSITIVE_INFINITY);
  return commonCosine({ ...rates, freezeSteps });
}

type PlannedFreezes = Pick<Schedule, 'freezeSteps' | 'unfreezeSteps' | 'frozenLayersAt'>;

/** Drops freezes and unfreezes at or after the run's end, and those of the head, which never freezes. */
function withinRun({ freezeSteps, unfreezeSteps, steps }: Omit<CommonCosineSettings, 'learningRate'>): PlannedFreezes {
  const head = freezeSteps.length - 1;
  const planned = freezeSteps.map((step, layer) => (layer === head || step >= steps ? null : step));
  const ends = planned.map((step, layer) => {
    const end = unfreezeSteps?.[layer] ?? Number.POSITIVE_INFINITY;
    return step === null || end >= steps ? null : end;
  });
  const freezes = { freezeSteps: planned, unfreezeSteps: ends };
  return { ...freezes, frozenLayersAt: (step) => countFrozen(freezes, step) };
}

/** 1/2 lr(0) (1 + cos(pi j / t)) */
function annealed(initial: number, step: number, end: number): number {
  return 0.5 * initial * (1 + Math.cos((Math.PI * step) / end));
}

/** The number of frozen layers: they are a prefix, so these are all before the first that trains. */
export function countFrozen(
  { freezeSteps, unfreezeSteps }: Pick<Schedule, 'freezeSteps' | 'unfreezeSteps'>,
  step: number,
): number {
  const firstActive = freezeSteps.findIndex((freezeStep, layer) => {
    const unfreezeStep = unfreezeSteps[layer];
    return freezeStep === null || freezeStep > step || (unfreezeStep !== null && unfreezeStep <= step);
  });
  return firstActive === -1 ? freezeSteps.length : firstActive;
}

function interpolate(points: readonly CurvePoint[], x: number): number {
  const right = Math.max(
    1,
    points.findIndex((point) => point[0] >= x),
  );
  const [x0, y0] = points[right - 1];
  const [x1, y1] = points[right];
  // Rounding may lift a value just before a point above the value at that point; a layer would then freeze after the
  // next one.
  return x >= x1 ? y1 : Math.min(y1, y0 + ((y1 - y0) * (x - x0)) / (x1 - x0));
}

function layerIndices(layerCount: number): number[] {
  return Array.from({ length: layerCount }, (_, index) => index);
}
