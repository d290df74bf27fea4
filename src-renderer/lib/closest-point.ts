/** A drawn point, in pixels. One that is skipped has no value. */
export interface DrawnPoint {
  readonly x: number;
  readonly y: number;
  readonly skip?: boolean;
}

export interface Found {
  readonly index: number;
  /** The distance from the pointer to the line or the point, in pixels. */
  readonly distance: number;
}

type Place = Pick<DrawnPoint, 'x' | 'y'>;

/** Finds the closest of points that no line joins. */
export function closestPoint(points: readonly DrawnPoint[], at: Place): Found | null {
  let best: Found | null = null;
  points.forEach((point, index) => {
    const distance = Math.hypot(point.x - at.x, point.y - at.y);
    if (isDrawn(point) && (best === null || distance < best.distance)) best = { index, distance };
  });
  return best;
}

/** Says of a line through points of rising x how far away it is, and which of the two points next to the pointer is nearer. */
export function closestOnLine(points: readonly DrawnPoint[], at: Place): Found | null {
  const right = firstFrom(points, at.x);
  const [before, after] = [points[right - 1], points[right]];
  if (before === undefined || !isDrawn(before)) return after && isDrawn(after) ? ended(after, right, at) : null;
  if (after === undefined || !isDrawn(after)) return ended(before, right - 1, at);
  const index = at.x - before.x <= after.x - at.x ? right - 1 : right;
  return { index, distance: distanceToSegment(at, before, after) };
}

function ended(point: DrawnPoint, index: number, at: Place): Found {
  return { index, distance: Math.hypot(point.x - at.x, point.y - at.y) };
}

function isDrawn({ x, y, skip }: DrawnPoint): boolean {
  return skip !== true && Number.isFinite(x) && Number.isFinite(y);
}

/** The index of the first point that is not left of `x`. */
function firstFrom(points: readonly DrawnPoint[], x: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.x ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function distanceToSegment(at: Place, from: Place, to: Place): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : ((at.x - from.x) * dx + (at.y - from.y) * dy) / length;
  const kept = Math.min(1, Math.max(0, share));
  return Math.hypot(from.x + kept * dx - at.x, from.y + kept * dy - at.y);
}
