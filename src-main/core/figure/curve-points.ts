import type { Curve } from '#core/records.ts';
import type { FigurePoint } from './built-figure.ts';
import type { DrawnRun } from './curve-series.ts';
import type { RunPlace } from './request-parts.ts';

/** With a factor that turns fractions into percent. */
export interface CurveScale {
  readonly x: RunPlace;
  readonly factor: number;
}

/** A line through one column of a curve. What is not finite is a gap. */
export function curvePoints(
  { run, curve }: DrawnRun,
  column: readonly number[],
  { x, factor }: CurveScale,
): FigurePoint[] {
  const places = curve[x];
  const { runId, arm, studyId } = idsOf(run);
  const points = new Array<FigurePoint>(column.length);
  // Written out, all of one shape: hundreds of thousands of them are made before a chart of a thousand runs is drawn.
  for (let index = 0; index < column.length; index++) {
    const value = column[index];
    points[index] = { x: places[index], y: Number.isFinite(value) ? factor * value : Number.NaN, runId, arm, studyId };
  }
  return points;
}

function idsOf({ id, arm, studyId }: DrawnRun['run']) {
  return { runId: id, arm: arm ?? undefined, studyId: studyId ?? undefined };
}

/** Where a curve has no finite value, one sign at the last height before: the loss of a run that diverged. */
export function brokenPoints({ run, curve }: DrawnRun, { x, factor }: CurveScale): FigurePoint[] {
  const ids = idsOf(run);
  let height: number | null = null;
  const points: FigurePoint[] = [];
  curve.last.forEach((value, index) => {
    if (Number.isFinite(value)) height = factor * value;
    else if (index === 0 || Number.isFinite(curve.last[index - 1])) {
      points.push({ x: curve[x][index], y: height ?? factor * firstFinite(curve), ...ids });
    }
  });
  return points.filter((point) => Number.isFinite(point.y));
}

function firstFinite(curve: Curve): number {
  return curve.last.find(Number.isFinite) ?? Number.NaN;
}
