import type { FigurePoint } from './built-figure.ts';
import type { CurveOptions } from './curve-marks.ts';
import {
  AS_THEY_ARE,
  area,
  BAND_OPACITY,
  brokenSigns,
  lineLook,
  MOST_LEGEND_ENTRIES,
  marks,
  phaseOf,
  restEntry,
} from './curve-marks.ts';
import { curvePoints } from './curve-points.ts';
import type { CurveGroup, DrawnRun } from './curve-series.ts';
import type { FigureDataset } from './figure-options.ts';
import { shortened } from './labels.ts';
import { faded } from './palette.ts';
import type { SeriesStyle } from './series-style.ts';
import { dashOf } from './series-style.ts';

/** The envelopes of more lines than this would cover each other. */
const MOST_ENVELOPES = 8;
/** More lines than this carry no markers: a reader distinguishes them by pointing at them. */
const MOST_MARKED_LINES = 40;
const RAW_OPACITY = 0.25;

/** One line per run: colour and marker show the arm, the dash shows the seed. The first data set is drawn on top. */
export function runDatasets(groups: readonly CurveGroup[], options: CurveOptions): FigureDataset[] {
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

/** The only run of an arm takes the arm's dash; one of several takes its seed's. */
function lineDash({ runs, style }: CurveGroup, seed: number): readonly number[] {
  return runs.length === 1 ? style.dash : dashOf(seed);
}

function groupText({ label, runs }: CurveGroup): string {
  const name = shortened(label);
  return runs.length === 1 ? `${name}, seed ${runs[0].run.spec.seed}` : `${name} (n = ${runs.length})`;
}

/** An entry without points: those are in the data sets after it. */
function legendEntry({ style, runs }: CurveGroup, label: string): FigureDataset {
  const dash = runs.length === 1 ? style.dash : [];
  return { ...lineLook({ ...style, dash }), ...style.marker, type: 'line', label, data: [] } as FigureDataset;
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

interface Underlay {
  readonly options: CurveOptions;
  readonly count: number;
}

/** What lies under a line: the raw line where it is smoothed, and the range of each bucket where points were reduced to buckets. */
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
