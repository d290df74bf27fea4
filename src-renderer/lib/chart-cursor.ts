/** Where the keyboard is in a chart: a point of a series. */
export interface ChartCursor {
  readonly datasetIndex: number;
  readonly index: number;
}

/** A series that the keyboard reaches. */
export interface CursorSeries {
  readonly datasetIndex: number;
  /** x of its points, as drawn. */
  readonly places: readonly number[];
}

/** Left and right along a series, up and down to the point of the neighbouring series that is nearest in x. Null for other keys. */
export function movedCursor(
  cursor: ChartCursor | null,
  key: string,
  series: readonly CursorSeries[],
): ChartCursor | null {
  const [first] = series;
  if (first === undefined || !(key in MOVES)) return null;
  const at = series.findIndex((one) => one.datasetIndex === cursor?.datasetIndex);
  const here = series[at];
  if (cursor === null || here === undefined) return { datasetIndex: first.datasetIndex, index: 0 };
  return MOVES[key as keyof typeof MOVES](cursor, here, { series, at });
}

interface Neighbours {
  readonly series: readonly CursorSeries[];
  readonly at: number;
}

type Move = (cursor: ChartCursor, here: CursorSeries, neighbours: Neighbours) => ChartCursor;

const along =
  (by: number): Move =>
  (cursor, { places }) => ({ ...cursor, index: Math.min(places.length - 1, Math.max(0, cursor.index + by)) });

const across =
  (by: number): Move =>
  (cursor, here, { series, at }) => {
    const next = series[(at + by + series.length) % series.length];
    if (next === undefined) return cursor;
    return { datasetIndex: next.datasetIndex, index: nearest(next.places, here.places[cursor.index] ?? 0) };
  };

const MOVES = {
  ArrowLeft: along(-1),
  ArrowRight: along(1),
  PageUp: along(-10),
  PageDown: along(10),
  Home: along(Number.NEGATIVE_INFINITY),
  End: along(Number.POSITIVE_INFINITY),
  ArrowUp: across(-1),
  ArrowDown: across(1),
} as const;

function nearest(places: readonly number[], x: number): number {
  let best = 0;
  places.forEach((place, index) => {
    if (Math.abs(place - x) < Math.abs((places[best] ?? 0) - x)) best = index;
  });
  return best;
}
