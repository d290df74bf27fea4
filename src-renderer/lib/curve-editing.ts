import type { CurvePoint, NamedShape } from '#core/policy/schedule.ts';
import { RATIO_SHAPES } from '#core/policy/schedule.ts';

/** Points [x, r] of a freezing curve. What the functions here give is valid wherever what they got is: see `policySchema`. */
export type CurvePoints = readonly CurvePoint[];

/** Coordinates have three decimals, and neighbours are at least that far apart in x. */
const RESOLUTION = 0.001;

/** A layer that freezes earlier than that would start at a hundred times the base rate. */
const LEAST_RATIO = 0.01;

/** Moves a point as far as its neighbours let it: x between theirs, r not below the one before nor above the one after. */
export function movePoint(points: CurvePoints, index: number, [x, ratio]: CurvePoint): CurvePoints {
  if (index <= 0) return replaced(points, 0, [0, clamp(rounded(ratio), LEAST_RATIO, points[1][1])]);
  // The curve ends at [1, 1]: the head never freezes.
  if (index >= points.length - 1) return points;
  const [before, point, after] = points.slice(index - 1, index + 2);
  const [low, high] = [rounded(before[0] + RESOLUTION), rounded(after[0] - RESOLUTION)];
  const newX = low > high ? point[0] : clamp(rounded(x), low, high);
  return replaced(points, index, [newX, clamp(rounded(ratio), before[1], after[1])]);
}

export interface AddedPoint {
  readonly points: CurvePoints;
  /** Where the new point is; null where its neighbours leave no room for it. */
  readonly index: number | null;
}

export function addPoint(points: CurvePoints, [x, ratio]: CurvePoint): AddedPoint {
  const index = points.findIndex((point) => point[0] > x);
  if (index < 1) return { points, index: null };
  const [before, after] = [points[index - 1], points[index]];
  if (rounded(before[0] + RESOLUTION) > rounded(after[0] - RESOLUTION)) return { points, index: null };
  const added = [...points.slice(0, index), before, ...points.slice(index)];
  // Its neighbours bound where it may be.
  const middle = rounded((before[0] + after[0]) / 2);
  const placed = replaced(added, index, [middle, before[1]]);
  return { points: movePoint(placed, index, [x, ratio]), index };
}

/** The middle of the widest gap, on the curve: where a point is added without a mouse. */
export function widestGap(points: CurvePoints): CurvePoint {
  const widths = points.slice(1).map((point, index) => point[0] - points[index][0]);
  const gap = widths.indexOf(Math.max(...widths));
  const [before, after] = [points[gap], points[gap + 1]];
  return [(before[0] + after[0]) / 2, (before[1] + after[1]) / 2];
}

/** The first and the last point stay. */
export function removePoint(points: CurvePoints, index: number): CurvePoints {
  return isRemovable(points, index) ? points.filter((_, other) => other !== index) : points;
}

export function isRemovable(points: CurvePoints, index: number): boolean {
  return index > 0 && index < points.length - 1;
}

/** A named shape as a curve to start from: r = shape(t0 + (1 - t0) x) at evenly spaced x. */
export function curveOf(shape: NamedShape, t0: number): CurvePoints {
  const xs = [0, 0.25, 0.5, 0.75, 1];
  return xs.map((x) => [x, Math.max(LEAST_RATIO, rounded(RATIO_SHAPES[shape](t0 + (1 - t0) * x)))] as const);
}

const STEP = 0.05;
const FINE_STEP = 0.005;
const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Where an arrow key moves a point to, finely under Shift; null for every other key. */
export function arrowTarget([x, ratio]: CurvePoint, key: string, isFine: boolean): CurvePoint | null {
  const direction = DIRECTIONS[key];
  if (direction === undefined) return null;
  const step = isFine ? FINE_STEP : STEP;
  return [x + direction[0] * step, ratio + direction[1] * step];
}

function replaced(points: CurvePoints, index: number, point: CurvePoint): CurvePoints {
  return points.map((old, other) => (other === index ? point : old));
}

function rounded(value: number): number {
  return Math.round(value / RESOLUTION) / Math.round(1 / RESOLUTION);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
