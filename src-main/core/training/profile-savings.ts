import { percent } from '#core/analysis/quantity.ts';
import type { Freezes, RunLength } from '#core/policy/cost.ts';
import { freezePhases, stepCost } from '#core/policy/cost.ts';
import type { StepProfile } from '#core/run-event.ts';

/** Multiply-adds of each layer; they determine what a step should save at each depth. */
type Macs = readonly number[];

/** The predicted time of a step at this depth as a ratio to the unfrozen step's: its share of the multiply-adds. */
export function predictedRatio(macs: Macs, frozenLayers: number): number {
  return stepCost(macs, frozenLayers) / stepCost(macs, 0);
}

/**
 * The time of a step at a depth as a ratio to the unfrozen step's: as measured, and at other depths by the cost model, scaled
 * to agree with the measured depths around them. Without a profile, all ratios are the cost model's.
 */
export function stepRatios(profile: MeasuredRatios | null, macs: Macs): (frozenLayers: number) => number {
  const measured = (profile?.depths ?? []).map(({ frozenLayers, ratio }) => [frozenLayers, ratio.median] as const);
  return scaledRatios(new Map(measured), (frozenLayers) => predictedRatio(macs, frozenLayers));
}

/** The part of a profile or a measurement that ratios come from. */
export interface MeasuredRatios {
  readonly depths: readonly Pick<StepProfile['depths'][number], 'frozenLayers' | 'ratio'>[];
}

/** The same for a step whose frozen layers' output was kept: it makes neither their forward pass nor their gradients. */
export function cachedRatios(measured: ReadonlyMap<number, number>, macs: Macs): (frozenLayers: number) => number {
  const frozenMacs = (frozenLayers: number) => macs.slice(0, frozenLayers).reduce((sum, layer) => sum + layer, 0);
  return scaledRatios(
    measured,
    (frozenLayers) => predictedRatio(macs, frozenLayers) - frozenMacs(frozenLayers) / stepCost(macs, 0),
  );
}

/** `predictedAt` falls with the number of frozen layers, from 1. */
function scaledRatios(measured: ReadonlyMap<number, number>, predictedAt: (frozenLayers: number) => number) {
  const points = [...measured].map(([frozenLayers, ratio]) => ({ predicted: predictedAt(frozenLayers), ratio }));
  const line = [{ predicted: 1, ratio: 1 }, ...points, { predicted: 0, ratio: 0 }];
  return (frozenLayers: number) =>
    frozenLayers === 0 ? 1 : (measured.get(frozenLayers) ?? interpolated(line, predictedAt(frozenLayers)));
}

interface RatioPoint {
  readonly predicted: number;
  readonly ratio: number;
}

/** `line` falls from 1 to 0. */
function interpolated(line: readonly RatioPoint[], predicted: number): number {
  const below = line.findIndex((point) => point.predicted < predicted);
  const [left, right] = [line[below - 1], line[below]];
  const place = (predicted - right.predicted) / (left.predicted - right.predicted);
  return right.ratio + place * (left.ratio - right.ratio);
}

export interface TimedSchedule {
  readonly freezes: Freezes;
  readonly steps: number;
  readonly ratioAt: (frozenLayers: number) => number;
}

/** How many unfrozen steps last as long as the run's steps from `firstStep` on. */
export function unfrozenStepsOf({ freezes, steps, ratioAt }: TimedSchedule, firstStep = 0): number {
  return freezePhases(freezes, steps).reduce((sum, phase) => {
    const remaining = Math.max(0, phase.firstStep + phase.length - Math.max(firstStep, phase.firstStep));
    return sum + remaining * ratioAt(phase.frozenLayers);
  }, 0);
}

/** Share of the baseline's training time that a run saves by these ratios: 1 - sum_j ratio(k(j)) / S of the baseline. */
export function profileSaved(
  ratioAt: (frozenLayers: number) => number,
  freezes: Freezes,
  { steps, baselineSteps }: RunLength,
): number {
  return 1 - unfrozenStepsOf({ freezes, steps, ratioAt }) / baselineSteps;
}

/** What a step saves at a depth, as fractions of the unfrozen step's time. */
export interface DepthSaving {
  readonly frozenLayers: number;
  /** The cost model's prediction. */
  readonly predicted: number;
  /** The median of the pairs; their middle half lies between `low` and `high`. */
  readonly measured: number;
  readonly low: number;
  readonly high: number;
  /** `measured` - `predicted`. */
  readonly residual: number;
  /** False where 10 % or more is predicted and even the best quarter of the pairs saved less than half of that. */
  readonly isFrozenWorkSkipped: boolean;
}

const PREDICTION_WORTH_A_WARNING = 0.1;

export function depthSavings({ depths }: MeasuredRatios, macs: Macs): DepthSaving[] {
  return depths.map(({ frozenLayers, ratio }) => {
    const predicted = 1 - predictedRatio(macs, frozenLayers);
    const measured = 1 - ratio.median;
    const high = 1 - ratio.low;
    const isFrozenWorkSkipped = predicted < PREDICTION_WORTH_A_WARNING || high >= predicted / 2;
    return {
      ...{ frozenLayers, predicted, measured, low: 1 - ratio.high, high },
      ...{ residual: measured - predicted, isFrozenWorkSkipped },
    };
  });
}

/**
 * One sentence about the depth that falls furthest short of its prediction; null where frozen work is skipped at every
 * depth.
 */
export function profileWarning(savings: readonly DepthSaving[]): string | null {
  const lacking = savings.filter(({ isFrozenWorkSkipped }) => !isFrozenWorkSkipped);
  if (lacking.length === 0) return null;
  const worst = lacking.reduce((one, other) => (other.residual < one.residual ? other : one));
  const layers = worst.frozenLayers === 1 ? '1 layer' : `${worst.frozenLayers} layers`;
  const more = lacking.length - 1;
  const others = more === 0 ? '' : more === 1 ? ', and 1 more depth falls' : `, and ${more} more depths fall`;
  const short = more === 0 ? '' : `${others} short of half of it too`;
  return `Frozen work is not skipped: with ${layers} frozen a step saves ${percent(worst.measured)}, where ${percent(worst.predicted)} is predicted${short}.`;
}
