import type { Front, SeedPlace, ShownArm } from './comparison-arms.ts';
import { frontsOf } from './comparison-arms.ts';
import type { ComparisonView } from './comparison-view.ts';
import { errorBars } from './error-bars.ts';
import type { FigureDataset } from './figure-options.ts';
import { shortened } from './labels.ts';
import type { Palette } from './palette.ts';
import { faded, receding } from './palette.ts';
import { plainLine } from './plain-line.ts';
import type { SeriesStyle } from './series-style.ts';
import { armMarker, baselineStyle, filledMarker, hollowMarker, hollowStyle } from './series-style.ts';

/** Size of a seed's marker relative to its arm's. */
const SEED_SIZE = 0.5;
const SEED_OPACITY = 0.4;

export interface ComparisonStyles {
  readonly palette: Palette;
  /** The style of an arm, by the key that colours distinguish. */
  readonly styleOf: (arm: ShownArm) => SeriesStyle;
  /** The legend entries, which say what each colour stands for. */
  readonly legend: readonly { readonly label: string; readonly style: SeriesStyle }[];
  /** The colour of a front's line: that of its arms where colours tell fronts apart. */
  readonly frontColour: (front: Front) => string;
  /** Whether the arm is drawn paler because another one dominates it. */
  readonly isPale: (arm: ShownArm) => boolean;
  /** A remark on an arm's mean, in addition to its place. */
  readonly noteOf: (arm: ShownArm) => string | undefined;
}

/**
 * The first data set is drawn on top. A data set without a label has no entry in the legend; the legend's own data sets have no
 * points, so that each colour is explained once, however many arms have it.
 */
export function comparisonDatasets(
  arms: readonly ShownArm[],
  view: ComparisonView,
  styles: ComparisonStyles,
): FigureDataset[] {
  const compared = arms.filter(({ arm }) => arm.role !== 'baseline');
  return [
    ...legendOf(arms, styles),
    ...arms.map((shown) => meanOf(shown, styles)),
    ...(view.intervals ? compared.map((shown) => intervalsOf(shown, styles)) : []),
    ...(view.seeds ? compared.map((shown) => seedsOf(shown, styles)) : []),
    ...(view.front ? frontLines(arms, styles) : []),
  ];
}

function legendOf(arms: readonly ShownArm[], { palette, legend, isPale }: ComparisonStyles): FigureDataset[] {
  const grey = hollowStyle(palette);
  const pale = { ...grey, colour: receding(grey.colour, palette) };
  const hasEqualTime = arms.some(({ arm }) => arm.role === 'equal-time');
  return [
    legendOnly('baseline, no freezing', filledMarker(baselineStyle(palette))),
    ...legend.map(({ label, style }) => legendOnly(shortened(label), filledMarker(style))),
    ...(hasEqualTime ? [legendOnly('hollow: baseline, equal time', hollowMarker(grey, palette))] : []),
    ...(arms.some(isPale) ? [legendOnly('pale: dominated by another arm', filledMarker(pale))] : []),
  ];
}

function legendOnly(label: string, look: Partial<FigureDataset>): FigureDataset {
  return { type: 'scatter', label, data: [], ...look } as FigureDataset;
}

function meanOf(shown: ShownArm, { palette, styleOf, noteOf }: ComparisonStyles): FigureDataset {
  const { role } = shown.arm;
  const style = role === 'baseline' ? baselineStyle(palette) : styleOf(shown);
  const look = armMarker(role, style, palette);
  const note = noteOf(shown);
  const data = meanPoint(shown).map((point) => (note === undefined ? point : { ...point, note }));
  return { type: 'scatter', label: '', data, ...look } as FigureDataset;
}

function meanPoint({ saved, error, arm, studyId }: ShownArm) {
  return saved === null || error === null ? [] : [{ x: saved, y: error, arm: arm.name, studyId }];
}

function intervalsOf(shown: ShownArm, { styleOf }: ComparisonStyles): FigureDataset {
  const { savedInterval, errorInterval } = shown;
  const { colour } = styleOf(shown);
  const ends = {
    ...(savedInterval && { xMin: savedInterval[0], xMax: savedInterval[1] }),
    ...(errorInterval && { yMin: errorInterval[0], yMax: errorInterval[1] }),
  };
  const hasInterval = savedInterval !== null || errorInterval !== null;
  return errorBars(hasInterval ? meanPoint(shown).map((point) => ({ ...point, ...ends })) : [], colour);
}

function seedsOf(shown: ShownArm, { palette, styleOf }: ComparisonStyles): FigureDataset {
  const { colour, marker } = styleOf(shown);
  const small = {
    colour: faded(colour, SEED_OPACITY),
    marker: { ...marker, pointRadius: SEED_SIZE * marker.pointRadius },
  };
  const { name, role } = shown.arm;
  const data = shown.seeds.map(({ x, y, runId }: SeedPlace) => ({ x, y, runId, arm: name, studyId: shown.studyId }));
  const look = armMarker(role, small, palette);
  return { type: 'scatter', label: '', data, ...look } as FigureDataset;
}

/** A line for each network and data set, in the colour of its arms where they share one, and named where there are several. */
function frontLines(arms: readonly ShownArm[], { palette, frontColour }: ComparisonStyles): FigureDataset[] {
  return frontsOf(arms).map((front) => {
    const points = front.arms.flatMap(meanPoint);
    const name = front.label === null ? 'Pareto front' : `front: ${shortened(front.label)}`;
    return plainLine(
      points.sort((one, other) => one.x - other.x),
      palette,
      { label: points.length > 0 ? name : '', isDashed: true, colour: frontColour(front) },
    );
  });
}
