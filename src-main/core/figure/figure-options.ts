import type { ChartConfiguration, ChartDataset, ChartOptions } from 'chart.js';
import type { Scales } from './axes.ts';
import type { FigureLook } from './built-figure.ts';
import type { Palette } from './palette.ts';

interface Frame {
  readonly look: FigureLook;
  readonly palette: Palette;
  readonly scales: Scales;
  /** Lines above the panel: its title, or the reason why it is empty. */
  readonly titles?: readonly string[];
  readonly hasLegend?: boolean;
}

/** The options of all figures: no animation, axes of their own, a legend above with an entry for each labelled data set. */
export function figureOptions({ look, palette, scales, titles = [], hasLegend = true }: Frame): ChartOptions {
  const { fontPx } = look;
  return {
    animation: false,
    color: palette.text,
    layout: { padding: { top: 4, right: 1.6 * fontPx, bottom: 4, left: 4 } },
    scales,
    plugins: {
      legend: {
        display: hasLegend,
        position: 'top',
        align: 'start',
        labels: {
          color: palette.text,
          font: { size: fontPx },
          usePointStyle: true,
          boxHeight: 0.6 * fontPx,
          padding: 0.9 * fontPx,
          filter: (item) => item.text !== '',
        },
      },
      title: {
        display: titles.length > 0,
        position: 'top',
        align: 'start',
        color: palette.text,
        padding: { top: 2, bottom: 4 },
        font: { size: fontPx, weight: 'bold' },
        text: [...titles],
      },
    },
  };
}

export type FigureDataset = ChartDataset<'line' | 'scatter' | 'scatterWithErrorBars' | 'bar', FigureData>;
type FigureData = (object | null)[];

/** Chart.js has no type for a mixture of data sets. */
export function configurationOf(
  type: 'line' | 'scatter' | 'bar',
  datasets: readonly FigureDataset[],
  options: ChartOptions,
): ChartConfiguration {
  return { type, data: { datasets: datasets as ChartConfiguration['data']['datasets'] }, options };
}
