import type { FigurePoint } from './built-figure.ts';
import type { CurveScale } from './curve-points.ts';
import { brokenPoints, curvePoints } from './curve-points.ts';
import type { DrawnRun, RunGroup } from './curve-series.ts';
import type { FigureDataset } from './figure-options.ts';
import { shortened } from './labels.ts';
import type { Palette } from './palette.ts';
import { faded } from './palette.ts';
import { seedBand } from './seed-band.ts';
import type { SeriesStyle } from './series-style.ts';
import { dashOf } from './series-style.ts';

export interface CurveOptions extends CurveScale {
  readonly palette: Palette;
  readonly stepped: boolean;
}

/** Envelopes of more lines than these would cover each other. */
const MOST_ENVELOPES = 8;
/** Past these, lines are told apart by pointing at them. */
const MOST_MARKED_LINES = 40;
const MARKS_A_LINE = 7;
const MOST_LEGEND_ENTRIES = 12;
const RAW_OPACITY = 0.25;
const BAND_OPACITY = 0.18;

/** What every line has, so that many thousand points are drawn as they are. */
const AS_THEY_ARE = { type: 'line', parsing: false, normalized: true, spanGaps: false, tension: 0 } as const;

/** A line a run: colour and marker say the arm, the dash says the seed. First is drawn on top. */
export function runDatasets(groups: readonly RunGroup[], options: CurveOptions): FigureDataset[] {
  const count = groups.reduce((sum, { runs }) => sum + runs.length, 0);
  const entries = groups.slice(0, MOST_LEGEND_ENTRIES);
  const lines = groups.flatMap((group) =>
    group.runs.map((drawn, seed) => ({ group, drawn, dash: lineDash(group, seed) })),
  );
  return [
    ...entries.map((group) => legendEntry(group, groupText(group))),
    ...restEntry(groups.length - entries.length, options.palette),
    brokenSigns(
      lines.map(({ drawn }) => drawn),
      options,
    ),
    ...(count <= MOST_MARKED_LINES
      ? lines.map(({ drawn, group }) => marks(linePoints(drawn, options), group.style, phaseOf(group, groups)))
      : []),
    ...lines.map(({ drawn, group, dash }) => runLine(drawn, { ...group.style, dash }, options)),
    ...lines.flatMap(({ drawn, group }) => underlays(drawn, group.style, { options, count })),
  ];
}

/** Alone, an arm's run takes the arm's dash; among its seeds, the seed's. */
function lineDash({ runs, style }: RunGroup, seed: number): readonly number[] {
  return runs.length === 1 ? style.dash : dashOf(seed);
}

function groupText({ label, runs }: RunGroup): string {
  const name = shortened(label);
  return runs.length === 1 ? `${name}, seed ${runs[0].run.spec.seed}` : `${name} (n = ${runs.length})`;
}

/** A line for the eye: its points are in the data sets behind it. */
function legendEntry({ style, runs }: RunGroup, label: string): FigureDataset {
  const dash = runs.length === 1 ? style.dash : [];
  return { ...lineLook({ ...style, dash }), ...style.marker, type: 'line', label, data: [] } as FigureDataset;
}

function restEntry(rest: number, { muted }: Palette): FigureDataset[] {
  if (rest <= 0) return [];
  return [
    { type: 'line', label: `and ${rest} more`, data: [], borderColor: muted, pointStyle: 'line' } as FigureDataset,
  ];
}

function lineLook({ colour, dash }: Pick<SeriesStyle, 'colour' | 'dash'>) {
  return { borderColor: colour, backgroundColor: colour, borderWidth: 1.5, borderDash: [...dash] };
}

/** The smoothed line where one is asked for, else the raw one. */
function runLine(drawn: DrawnRun, style: SeriesStyle, options: CurveOptions): FigureDataset {
  const points = linePoints(drawn, options);
  const data = options.stepped ? [{ ...points[0], x: 0 }, ...points] : points;
  return {
    ...AS_THEY_ARE,
    ...lineLook(style),
    label: '',
    data,
    stepped: options.stepped ? 'after' : false,
    pointRadius: data.length === 1 ? 2 : 0,
    pointHitRadius: 4,
  } as FigureDataset;
}

function linePoints(drawn: DrawnRun, options: CurveOptions): FigurePoint[] {
  return curvePoints(drawn, drawn.curve.smooth ?? drawn.curve.last, options);
}

/** Where between two marks an arm has its own, so that those of arms do not pile up: 0 to 1. */
function phaseOf(group: RunGroup, groups: readonly RunGroup[]): number {
  return (groups.indexOf(group) + 0.5) / groups.length;
}

/** A few markers along the line, so that arms differ without colour too. */
function marks(points: readonly FigurePoint[], { colour, marker }: SeriesStyle, phase: number): FigureDataset {
  return {
    ...AS_THEY_ARE,
    ...marker,
    pointRadius: 0.55 * marker.pointRadius,
    label: '',
    data: points.length <= MARKS_A_LINE + 2 ? [...points] : spread(points, phase),
    showLine: false,
    borderColor: colour,
    backgroundColor: colour,
    pointHitRadius: 0,
  } as FigureDataset;
}

function spread(points: readonly FigurePoint[], phase: number): FigurePoint[] {
  const step = (points.length - 1) / MARKS_A_LINE;
  return Array.from({ length: MARKS_A_LINE }, (_, index) => points[Math.round((index + phase) * step)]);
}

interface Underlay {
  readonly options: CurveOptions;
  readonly count: number;
}

/** Under the line: the raw one where it is smoothed, and from least to most where points were folded into buckets. */
function underlays(drawn: DrawnRun, style: SeriesStyle, { options, count }: Underlay): FigureDataset[] {
  const { curve } = drawn;
  const isReduced = curve.points > curve.last.length;
  return [
    ...(curve.smooth === null ? [] : [rawLine(drawn, style, options)]),
    ...(isReduced && count <= MOST_ENVELOPES ? envelope(drawn, style, options) : []),
  ];
}

function rawLine(drawn: DrawnRun, { colour }: SeriesStyle, options: CurveOptions): FigureDataset {
  const data = curvePoints(drawn, drawn.curve.last, options);
  const borderColor = faded(colour, RAW_OPACITY);
  return {
    ...AS_THEY_ARE,
    label: '',
    data,
    borderColor,
    borderWidth: 1,
    pointRadius: 0,
    pointHitRadius: 0,
  } as FigureDataset;
}

function envelope(drawn: DrawnRun, { colour }: SeriesStyle, options: CurveOptions): FigureDataset[] {
  const { low, high } = drawn.curve;
  return area(curvePoints(drawn, high, options), curvePoints(drawn, low, options), faded(colour, BAND_OPACITY));
}

/** Two lines without a stroke, the space between them filled. */
function area(high: readonly object[], low: readonly object[], colour: string): FigureDataset[] {
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

function brokenSigns(drawn: readonly DrawnRun[], options: CurveOptions): FigureDataset {
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

/** A line and its shade an arm: the mean over its seeds and the interval of that mean. */
export function bandDatasets(groups: readonly RunGroup[], options: CurveOptions): FigureDataset[] {
  const bands = groups.map((group) => bandOf(group, options));
  const drawn = groups.flatMap(({ runs }) => runs);
  return [
    ...bands.slice(0, MOST_LEGEND_ENTRIES).map(({ group, band }) => bandEntry(group, band.count)),
    ...restEntry(groups.length - MOST_LEGEND_ENTRIES, options.palette),
    brokenSigns(drawn, options),
    ...bands.map(({ group, mean }) =>
      marks(
        mean.filter(({ y }) => Number.isFinite(y)),
        group.style,
        phaseOf(group, groups),
      ),
    ),
    ...bands.map(({ group, mean }) => meanLine(mean, group.style)),
    ...bands.flatMap(({ group, low, high }) => area(high, low, faded(group.style.colour, BAND_OPACITY))),
  ];
}

function bandOf(group: RunGroup, { x, factor }: CurveOptions) {
  const band = seedBand(group.runs, x);
  const { arm, studyId } = group.runs[0].run;
  const ids = { ...(arm !== null && { arm }), ...(studyId !== null && { studyId }) };
  const points = (ys: readonly number[]): FigurePoint[] =>
    ys.map((y, index) => ({ x: band.x[index], y: factor * y, ...ids }));
  const hasInterval = band.count > 1;
  return {
    group,
    band,
    mean: points(band.mean),
    low: hasInterval ? points(band.low) : [],
    high: hasInterval ? points(band.high) : [],
  };
}

function bandEntry({ label, style }: RunGroup, count: number): FigureDataset {
  return {
    ...lineLook(style),
    ...style.marker,
    type: 'line',
    label: `${shortened(label)} (n = ${count})`,
    data: [],
  } as FigureDataset;
}

function meanLine(data: FigurePoint[], style: SeriesStyle): FigureDataset {
  return { ...AS_THEY_ARE, ...lineLook(style), label: '', data, pointRadius: 0, pointHitRadius: 4 } as FigureDataset;
}
