import type { FigurePoint } from './built-figure.ts';
import type { CurveScale } from './curve-points.ts';
import { brokenPoints } from './curve-points.ts';
import type { CurveGroup, DrawnRun } from './curve-series.ts';
import type { FigureDataset } from './figure-options.ts';
import type { Palette } from './palette.ts';
import type { SeriesStyle } from './series-style.ts';

export interface CurveOptions extends CurveScale {
  readonly palette: Palette;
  readonly stepped: boolean;
}

const MARKS_A_LINE = 7;

export const MOST_LEGEND_ENTRIES = 12;

/** Settings of every line, so that Chart.js draws many thousand points without parsing or sorting them. */
export const AS_THEY_ARE = { type: 'line', parsing: false, normalized: true, spanGaps: false, tension: 0 } as const;

export const BAND_OPACITY = 0.18;

export function lineLook({ colour, dash, fill = colour }: Pick<SeriesStyle, 'colour' | 'dash' | 'fill'>) {
  return { borderColor: colour, backgroundColor: fill, borderWidth: 1.5, borderDash: [...dash] };
}

export function restEntry(rest: number, { muted }: Palette): FigureDataset[] {
  if (rest <= 0) return [];
  return [
    { type: 'line', label: `and ${rest} more`, data: [], borderColor: muted, pointStyle: 'line' } as FigureDataset,
  ];
}

/** A group's offset between two marks, 0 to 1, so that the marks of different arms do not pile up. */
export function phaseOf(group: CurveGroup, groups: readonly CurveGroup[]): number {
  return (groups.indexOf(group) + 0.5) / groups.length;
}

/** A few markers along the line, so that arms also differ without colour. */
export function marks(
  points: readonly FigurePoint[],
  { colour, marker, fill = colour }: SeriesStyle,
  phase: number,
): FigureDataset {
  return {
    ...AS_THEY_ARE,
    ...marker,
    pointRadius: 0.55 * marker.pointRadius,
    label: '',
    data: points.length <= MARKS_A_LINE + 2 ? [...points] : spread(points, phase),
    showLine: false,
    borderColor: colour,
    backgroundColor: fill,
    pointHitRadius: 0,
  } as FigureDataset;
}

function spread(points: readonly FigurePoint[], phase: number): FigurePoint[] {
  const step = (points.length - 1) / MARKS_A_LINE;
  return Array.from({ length: MARKS_A_LINE }, (_, index) => points[Math.round((index + phase) * step)]);
}

/** Two lines without a stroke, the space between them filled. */
export function area(high: readonly object[], low: readonly object[], colour: string): FigureDataset[] {
  const edge = {
    ...AS_THEY_ARE,
    label: '',
    borderWidth: 0,
    pointRadius: 0,
    pointHitRadius: 0,
    backgroundColor: colour,
  };
  return [
    { ...edge, data: [...high], fill: '+1' } as FigureDataset,
    { ...edge, data: [...low], fill: false } as FigureDataset,
  ];
}

export function brokenSigns(drawn: readonly DrawnRun[], options: CurveOptions): FigureDataset {
  const data = drawn.flatMap((one) => brokenPoints(one, options));
  return {
    ...AS_THEY_ARE,
    label: data.length > 0 ? 'not a finite number' : '',
    data,
    showLine: false,
    pointStyle: 'crossRot',
    pointRadius: 5,
    borderColor: options.palette.bad,
    borderWidth: 1.5,
  } as FigureDataset;
}
