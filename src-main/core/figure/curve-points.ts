import type { Curve } from '#core/records.ts';
import type { FigurePoint } from './built-figure.ts';
import type { DrawnRun } from './curve-series.ts';
import type { RunPlace } from './request-parts.ts';

/** What the x axis counts, and the factor that turns stored values into shown ones (100 for fractions in percent). */
export interface CurveScale {
  readonly x: RunPlace;
  readonly factor: number;
}

/** A line through one column of a curve. A value that is not finite makes a gap. */
export function curvePoints(
  { run, curve }: DrawnRun,
  column: readonly number[],
  { x, factor }: CurveScale,
): FigurePoint[] {
  const places = curve[x];
  const { runId, arm, studyId } = idsOf(run);
  const points = new Array<FigurePoint>(column.length);
  // A plain loop with objects of one shape: a chart of a thousand runs makes hundreds of thousands of them.
  for (let index = 0; index < column.length; index++) {
    const value = column[index];
    points[index] = { x: places[index], y: Number.isFinite(value) ? factor * value : Number.NaN, runId, arm, studyId };
  }
  return points;
}

function idsOf({ id, arm, studyId }: DrawnRun['run']) {
  return { runId: id, arm: arm ?? undefined, studyId: studyId ?? undefined };
}

/** One sign where a curve stops being finite, at its last height before, such as for the loss of a run that diverged. */
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
