import type { ChartConfiguration, ChartDataset } from 'chart.js';
import type { IErrorBarXYDataPoint } from 'chartjs-chart-error-bars';
import type { ComparedArm, Comparison } from './comparison.ts';
import { figureScales } from './figure-axes.ts';
import { figureCaption, shortened } from './figure-caption.ts';
import { figureRange } from './figure-scale.ts';
import type { ArmStyle } from './figure-style.ts';
import { armStyle, BASELINE_STYLE, faded, HOLLOW_STYLE, NEUTRAL, PAPER, TEXT } from './figure-style.ts';

type FigureType = 'scatter' | 'scatterWithErrorBars';
type Point = { readonly x: number; readonly y: number };
type Dataset = ChartDataset<FigureType, (Point | IErrorBarXYDataPoint)[]>;
export type FigureConfiguration = ChartConfiguration<FigureType, (Point | IErrorBarXYDataPoint)[]>;

export interface FigureSource {
  readonly comparison: Comparison;
  readonly studyName: string;
}

/** A seed's marker against its arm's. */
const SEED_SIZE = 0.5;
const SEED_OPACITY = 0.4;

/**
 * The figure of a study: time saved against error delta, both against the baseline at the origin. Every seed is a faint
 * point, every arm a mean with its intervals; an equal-time baseline is its arm's marker, hollow.
 */
export function comparisonFigure({ comparison, studyName }: FigureSource): FigureConfiguration {
  const range = figureRange(comparison);
  return {
    type: 'scatter',
    data: { datasets: datasetsOf(comparison) },
    options: {
      animation: false,
      color: TEXT,
      layout: { padding: { top: 4, right: 20, bottom: 4, left: 8 } },
      scales: figureScales(range),
      plugins: {
        legend: {
          position: 'top',
          align: 'start',
          labels: { usePointStyle: true, boxHeight: 7, padding: 12, filter: (item) => item.text !== '' },
        },
        title: {
          display: true,
          position: 'bottom',
          align: 'start',
          color: TEXT,
          font: { weight: 'normal', size: 11 },
          text: figureCaption(comparison, studyName),
        },
      },
    },
  };
}

/** First is drawn on top. A data set without a label has no entry in the legend. */
function datasetsOf({ arms }: Comparison): Dataset[] {
  const styles = stylesOf(arms);
  const styled = arms.map((arm) => ({ arm, style: styles.get(arm.of ?? arm.name) ?? BASELINE_STYLE }));
  const compared = styled.filter(({ arm }) => arm.role !== 'baseline');
  const hasEqualTime = arms.some((arm) => arm.role === 'equal-time');
  return [
    ...styled.map(({ arm, style }) => meanOf(arm, style)),
    ...(hasEqualTime ? [legendOnly('hollow: baseline, equal time', hollow(HOLLOW_STYLE))] : []),
    ...compared.map(({ arm, style }) => intervalsOf(arm, style)),
    ...compared.map(({ arm, style }) => seedsOf(arm, style)),
    frontOf(arms),
  ];
}

function stylesOf(arms: readonly ComparedArm[]): Map<string, ArmStyle> {
  const policies = arms.filter((arm) => arm.role === 'policy');
  return new Map(policies.map((arm, place) => [arm.name, armStyle(place)]));
}

function meanOf(arm: ComparedArm, style: ArmStyle): Dataset {
  const label = arm.role === 'baseline' ? 'baseline, no freezing' : shortened(arm.name);
  const data = meanPoint(arm);
  return arm.role === 'equal-time'
    ? { type: 'scatter', label: '', data, ...hollow(style) }
    : { type: 'scatter', label, data, ...filled(style) };
}

function meanPoint({ saved, errorDelta }: ComparedArm): Point[] {
  return saved.wall === null || errorDelta === null ? [] : [{ x: 100 * saved.wall, y: errorDelta }];
}

/** Apart from the means, since they would be drawn over the markers and fill the hollow ones. */
function intervalsOf(arm: ComparedArm, { colour }: ArmStyle): Dataset {
  const { wall, errorDelta } = arm.ci;
  const ends = wall &&
    errorDelta && { xMin: 100 * wall[0], xMax: 100 * wall[1], yMin: errorDelta[0], yMax: errorDelta[1] };
  return {
    type: 'scatterWithErrorBars',
    label: '',
    data: ends ? meanPoint(arm).map((point) => ({ ...point, ...ends })) : [],
    pointRadius: 0,
    errorBarColor: colour,
    errorBarLineWidth: 1,
    errorBarWhiskerColor: colour,
    errorBarWhiskerLineWidth: 1,
    errorBarWhiskerSize: 6,
  };
}

function seedsOf({ points, role }: ComparedArm, style: ArmStyle): Dataset {
  const { colour, marker } = style;
  const small = {
    colour: faded(colour, SEED_OPACITY),
    marker: { ...marker, pointRadius: SEED_SIZE * marker.pointRadius },
  };
  return {
    type: 'scatter',
    label: '',
    data: points.flatMap(({ wall, errorDelta }) => (wall === null ? [] : [{ x: 100 * wall, y: errorDelta }])),
    ...(role === 'equal-time' ? hollow(small) : filled(small)),
  };
}

function frontOf(arms: readonly ComparedArm[]): Dataset {
  const front = arms.filter((arm) => arm.onFront).flatMap(meanPoint);
  return {
    type: 'scatter',
    label: 'Pareto front',
    data: front.sort((one, other) => one.x - other.x),
    showLine: true,
    pointRadius: 0,
    pointStyle: 'line',
    borderColor: NEUTRAL,
    borderWidth: 1,
    borderDash: [4, 3],
  };
}

function legendOnly(label: string, look: Partial<Dataset>): Dataset {
  return { type: 'scatter', label, data: [], ...look };
}

function filled({ colour, marker }: ArmStyle) {
  return { ...marker, backgroundColor: colour, borderColor: colour, borderWidth: 1.5 };
}

function hollow({ colour, marker }: ArmStyle) {
  return { ...marker, backgroundColor: PAPER, borderColor: colour, borderWidth: 1.5 };
}
