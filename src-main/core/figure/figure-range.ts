export interface Range {
  readonly min: number;
  readonly max: number;
}

/** With few seeds an interval can be many times wider than the span of all points: the frame shows this much of it at each end. */
const INTERVAL_ROOM = 1.5;
const MARGIN = 0.08;

/**
 * A frame around all points and the ends of their intervals; an end so far out that it would dwarf the points is cut off. `least`
 * is the least span of the frame: a closer view would only magnify noise.
 */
export function frameAround(points: readonly number[], ends: readonly number[], least: number): Range {
  const inner = rangeOf(points);
  const room = INTERVAL_ROOM * Math.max(inner.max - inner.min, least);
  const kept = ends.map((end) => Math.min(Math.max(end, inner.min - room), inner.max + room));
  const { min, max } = rangeOf([...points, ...kept]);
  const margin = Math.max(MARGIN * (max - min), (least - (max - min)) / 2);
  return { min: min - margin, max: max + margin };
}

/** The range of the finite values. */
export function rangeOf(values: Iterable<number>): Range {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { min, max };
}

/** The range that the user zoomed to, as the request carries it. */
export function chosenRange(chosen: readonly [number, number] | null): Partial<Range> {
  return chosen === null ? {} : { min: chosen[0], max: chosen[1] };
}
