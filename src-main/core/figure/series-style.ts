import type { ArmRole } from '#core/study.ts';
import type { Palette } from './palette.ts';

/** A Chart.js point: a shape that can be hollow, its turn in degrees, and its radius in CSS pixels. */
export interface Marker {
  readonly pointStyle: 'circle' | 'rect' | 'triangle' | 'rectRot' | 'crossRot';
  readonly rotation: number;
  readonly pointRadius: number;
}

const CIRCLE: Marker = { pointStyle: 'circle', rotation: 0, pointRadius: 5 };

// Chart.js measures a shape by the circle around it, so shapes with corners need a larger radius to look as large.
const MARKERS: readonly Marker[] = [
  CIRCLE,
  { pointStyle: 'rect', rotation: 0, pointRadius: 6 },
  { pointStyle: 'triangle', rotation: 0, pointRadius: 6 },
  { pointStyle: 'rectRot', rotation: 0, pointRadius: 6 },
  { pointStyle: 'triangle', rotation: 180, pointRadius: 6 },
  { pointStyle: 'triangle', rotation: 90, pointRadius: 6 },
  { pointStyle: 'triangle', rotation: -90, pointRadius: 6 },
];

/** Dashes that stay distinct at the line widths of a paper; the first is solid. */
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 3], [4, 2, 1, 2, 1, 2], [1, 3]];

export interface SeriesStyle {
  readonly colour: string;
  readonly marker: Marker;
  readonly dash: readonly number[];
  /** Colour inside hollow markers. */
  readonly fill?: string;
}

/** The look of the series at this place: after seven, the colours repeat with another marker and another dash. */
export function seriesStyle(place: number, { series }: Palette): SeriesStyle {
  const round = Math.floor(place / series.length);
  return {
    colour: series[place % series.length],
    marker: MARKERS[(place + round) % MARKERS.length],
    dash: dashOf(place + round),
  };
}

export function dashOf(place: number): readonly number[] {
  return DASHES[place % DASHES.length];
}

export function baselineStyle({ neutral }: Palette): SeriesStyle {
  return { colour: neutral, marker: { pointStyle: 'crossRot', rotation: 0, pointRadius: 8 }, dash: [] };
}

/** The style that stands for every equal-time baseline in the legend. */
export function hollowStyle({ neutral }: Palette): SeriesStyle {
  return { colour: neutral, marker: CIRCLE, dash: dashOf(1) };
}

type MarkerLook = Pick<SeriesStyle, 'colour' | 'marker'>;

/** What Chart.js draws as a filled marker. */
export function filledMarker({ colour, marker }: MarkerLook) {
  return { ...marker, backgroundColor: colour, borderColor: colour, borderWidth: 1.5 };
}

/** The marker of an arm, or of one of its seeds: an equal-time baseline's is hollow. */
export function armMarker(role: ArmRole, style: MarkerLook, palette: Palette) {
  return role === 'equal-time' ? hollowMarker(style, palette) : filledMarker(style);
}

/** What Chart.js draws as a hollow marker, through which nothing shines. */
export function hollowMarker({ colour, marker }: MarkerLook, { ground }: Palette) {
  return { ...marker, backgroundColor: ground, borderColor: colour, borderWidth: 1.5 };
}
