import type { ActiveElement, Chart, InteractionModeFunction } from 'chart.js';
import { Interaction } from 'chart.js';
import type { FigurePoint, NamedSeries } from '#core/figure/built-figure.ts';
import type { CursorSeries } from './chart-cursor.ts';
import { closestOnLine, closestPoint, type Found } from './closest-point.ts';
import type { PointedSeries } from './point-text.ts';

declare module 'chart.js' {
  interface InteractionModeMap {
    close: InteractionModeFunction;
  }
}

/** Pixels from the pointer within which a point or a line is meant. */
const REACH = 24;

type Place = Pick<ActiveElement, 'datasetIndex' | 'index'>;

/** The one point that is meant: Chart.js' own modes look at every point, ours at two a line. */
Interaction.modes.close = (chart, event) => {
  const found = closestOf(chart, { x: event.x ?? 0, y: event.y ?? 0 });
  return found === null ? [] : [found];
};

export function pointAt(chart: Chart, place: Place | undefined): FigurePoint | null {
  if (place === undefined) return null;
  return (chart.data.datasets[place.datasetIndex]?.data[place.index] as FigurePoint | undefined) ?? null;
}

/** The series of a point, as far as it has a name, and what its axis counts: there may be one at the right, too. */
export function seriesAt(chart: Chart, datasetIndex: number): PointedSeries {
  const dataset = chart.data.datasets[datasetIndex] as (NamedSeries & { readonly label?: string }) | undefined;
  const { yAxisID = 'y' } = chart.getDatasetMeta(datasetIndex);
  const scale = chart.options.scales?.[yAxisID] as { readonly title?: { readonly text?: unknown } } | undefined;
  const axis = scale?.title?.text;
  return { name: dataset?.seriesName ?? dataset?.label ?? '', axis: typeof axis === 'string' ? axis : '' };
}

/** Those series that the keyboard reaches. */
export function seriesOf(chart: Chart): CursorSeries[] {
  return pointedAt(chart).map((datasetIndex) => ({
    datasetIndex,
    places: chart.getDatasetMeta(datasetIndex).data.map((point) => point.x),
  }));
}

/** The series that one can point at: those that are for the eye only say so by their hit radius. */
function pointedAt(chart: Chart): number[] {
  return chart.data.datasets.flatMap((dataset, index) => {
    const isForTheEye = (dataset as { readonly pointHitRadius?: unknown }).pointHitRadius === 0;
    const { type } = chart.getDatasetMeta(index);
    return isForTheEye || type === 'bar' || dataset.data.length === 0 ? [] : [index];
  });
}

function closestOf(chart: Chart, at: { readonly x: number; readonly y: number }): ActiveElement | null {
  const { left, right, top, bottom } = chart.chartArea;
  if (at.x < left || at.x > right || at.y < top || at.y > bottom) return null;
  let best: (Found & { readonly datasetIndex: number }) | null = null;
  for (const datasetIndex of pointedAt(chart)) {
    const { type, data } = chart.getDatasetMeta(datasetIndex);
    const found = type === 'line' ? closestOnLine(data, at) : closestPoint(data, at);
    if (found !== null && found.distance < (best?.distance ?? REACH)) best = { ...found, datasetIndex };
  }
  if (best === null) return null;
  const element = chart.getDatasetMeta(best.datasetIndex).data[best.index];
  return element === undefined ? null : { element, datasetIndex: best.datasetIndex, index: best.index };
}
