import type { FigurePoint } from './built-figure.ts';
import type { FigureDataset } from './figure-options.ts';

/** A horizontal bar in a row, from and to which place it reaches. */
export interface RowBar {
  readonly x: readonly [from: number, to: number];
  readonly y: number;
}

/** Bars that fill nine tenths of their rows. */
export function cellBars(data: readonly RowBar[], colour: string, label = ''): FigureDataset {
  return {
    type: 'bar',
    indexAxis: 'y',
    grouped: false,
    barPercentage: 1,
    categoryPercentage: 0.9,
    borderWidth: 0,
    label,
    data: [...data],
    backgroundColor: colour,
  } as FigureDataset;
}

/** A bar without length in each row: Chart.js makes bars as high as the least distance between two rows that have one. */
export function emptyBars(rows: number): FigureDataset {
  const data = Array.from({ length: rows }, (_, y): RowBar => ({ x: [-0.5, -0.5], y }));
  return cellBars(data, 'transparent');
}

/** Points that nobody sees, at which readers point to learn what is there: bars have none. */
export function unseenPoints(data: readonly FigurePoint[]): FigureDataset {
  return {
    type: 'scatter',
    label: '',
    data: [...data],
    pointRadius: 0,
    pointHoverRadius: 0,
    pointHitRadius: 12,
  } as FigureDataset;
}

/** An entry of the legend without anything in the figure. */
export function legendEntry(label: string, colour: string, pointStyle = 'rect'): FigureDataset {
  return {
    type: 'scatter',
    label,
    data: [],
    pointStyle,
    backgroundColor: colour,
    borderColor: colour,
  } as FigureDataset;
}
