import type { CurvePoint } from '#core/policy/schedule.ts';
import type { CurvePoints } from './curve-editing.ts';

/** The sizes of the drawing area, in units of its SVG, and of the plot in it. */
export const CANVAS = { width: 340, height: 210 };
export const PLOT = { left: 34, right: 330, top: 10, bottom: 180 };

/** Points that a mouse places have two decimals, so that names of curves stay short. */
const MOUSE_STEPS = 100;

export function toCanvas([x, ratio]: CurvePoint): { readonly x: number; readonly y: number } {
  return {
    x: PLOT.left + x * (PLOT.right - PLOT.left),
    y: PLOT.bottom - ratio * (PLOT.bottom - PLOT.top),
  };
}

export function curvePath(points: CurvePoints): string {
  return `M${points
    .map(toCanvas)
    .map(({ x, y }) => `${x},${y}`)
    .join('L')}`;
}

/** Under the curve layers train: a layer at x trains until r of the run is over. */
export function trainingArea(points: CurvePoints): string {
  return `${curvePath(points)}L${PLOT.right},${PLOT.bottom}L${PLOT.left},${PLOT.bottom}Z`;
}

/** The point of the plot under the mouse; may lie outside of it. */
export function pointUnder(
  svg: SVGSVGElement,
  event: { readonly clientX: number; readonly clientY: number },
): CurvePoint {
  const { left, top, width, height } = svg.getBoundingClientRect();
  const x = ((event.clientX - left) / width) * CANVAS.width;
  const y = ((event.clientY - top) / height) * CANVAS.height;
  return [onGrid((x - PLOT.left) / (PLOT.right - PLOT.left)), onGrid((PLOT.bottom - y) / (PLOT.bottom - PLOT.top))];
}

function onGrid(value: number): number {
  return Math.round(value * MOUSE_STEPS) / MOUSE_STEPS;
}
