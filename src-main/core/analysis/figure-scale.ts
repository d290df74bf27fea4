import type { ComparedArm, Comparison } from './comparison.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
}

export interface FigureRange {
  /** Time saved, in %. */
  readonly x: Range;
  /** Error delta, in points. */
  readonly y: Range;
}

/** With few seeds an interval can be many times wider than all points: the frame shows this much of it at each end. */
const INTERVAL_ROOM = 1.5;
const MARGIN = 0.08;

/** A frame around the origin, every point and the intervals, which may leave it where they would dwarf the points. */
export function figureRange({ arms }: Comparison): FigureRange {
  const points = arms.flatMap((arm) => arm.points);
  const savings = points.flatMap(({ wall }) => (wall === null ? [] : [100 * wall]));
  const deltas = points.map((point) => point.errorDelta);
  return {
    x: frame([0, ...savings], arms.flatMap(wallEnds), 4),
    y: frame([0, ...deltas], arms.flatMap(errorEnds), 0.4),
  };
}

function wallEnds({ ci }: ComparedArm): number[] {
  return (ci.wall ?? []).map((end) => 100 * end);
}

function errorEnds({ ci }: ComparedArm): number[] {
  return ci.errorDelta ?? [];
}

/** `least` is the least span of a frame: a wider view of next to nothing is honest, a close one is noise. */
function frame(points: readonly number[], ends: readonly number[], least: number): Range {
  const inner = rangeOf(points);
  const room = INTERVAL_ROOM * Math.max(inner.max - inner.min, least);
  const kept = ends.map((end) => Math.min(Math.max(end, inner.min - room), inner.max + room));
  const { min, max } = rangeOf([...points, ...kept]);
  const margin = Math.max(MARGIN * (max - min), (least - (max - min)) / 2);
  return { min: min - margin, max: max + margin };
}

function rangeOf(values: readonly number[]): Range {
  const finite = values.filter(Number.isFinite);
  return { min: Math.min(...finite), max: Math.max(...finite) };
}

const SPEEDUP_STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const MOST_SPEEDUP_TICKS = 9;
/** Share of the axis between two ticks, so that their labels do not touch. */
const LEAST_TICK_GAP = 0.07;

export interface SpeedupTick {
  /** Where it stands: time saved, in %. */
  readonly value: number;
  readonly label: string;
}

/** Time saved, in %, past which no speedup is marked: at 100 % it has no end. */
const LAST_SPEEDUP = 95;

/** Round speedups 1 / (1 - saved) within a range of time saved in %. */
export function speedupTicks({ min, max }: Range): SpeedupTick[] {
  if (min >= LAST_SPEEDUP) return [];
  const slowest = 1 / (1 - min / 100);
  const fastest = 1 / (1 - Math.min(max, LAST_SPEEDUP) / 100);
  const step = SPEEDUP_STEPS.find((size) => (fastest - slowest) / size <= MOST_SPEEDUP_TICKS) ?? 10;
  const first = Math.ceil(slowest / step);
  const count = Math.max(0, Math.floor(fastest / step) - first + 1);
  const ticks = Array.from({ length: count }, (_, index) => tickAt((first + index) * step, step));
  return spacedApart(ticks, LEAST_TICK_GAP * (max - min));
}

function tickAt(speedup: number, step: number): SpeedupTick {
  const decimals = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  return { value: 100 * (1 - 1 / speedup), label: `${speedup.toFixed(decimals)}×` };
}

function spacedApart(ticks: readonly SpeedupTick[], gap: number): SpeedupTick[] {
  const kept: SpeedupTick[] = [];
  for (const tick of ticks) {
    const last = kept.at(-1);
    if (last === undefined || tick.value - last.value >= gap) kept.push(tick);
  }
  return kept;
}
