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
import type { CurveGroup } from './curve-series.ts';
import type { FigureDataset } from './figure-options.ts';
import { shortened } from './labels.ts';
import { faded } from './palette.ts';
import { seedBand } from './seed-band.ts';
import type { SeriesStyle } from './series-style.ts';

/** A line and a shade per arm: the mean over its seeds and the interval of that mean. */
export function bandDatasets(groups: readonly CurveGroup[], options: CurveOptions): FigureDataset[] {
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

function bandOf(group: CurveGroup, { x, factor }: CurveOptions) {
  const band = seedBand(group.runs, x);
  const { arm, studyId } = group.runs[0].run;
  const ids = { ...(arm !== null && { arm }), ...(studyId !== null && { studyId }) };
  // A band has no values after its first run ends, and would only stretch the axis.
  const end = 1 + band.mean.findLastIndex(Number.isFinite);
  const points = (ys: readonly number[]): FigurePoint[] =>
    ys.slice(0, end).map((y, index) => ({ x: band.x[index], y: factor * y, ...ids }));
  const hasInterval = band.count > 1;
  return {
    group,
    band,
    mean: points(band.mean),
    low: hasInterval ? points(band.low) : [],
    high: hasInterval ? points(band.high) : [],
  };
}

function bandEntry({ label, style }: CurveGroup, count: number): FigureDataset {
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
