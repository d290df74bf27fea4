import type { ChartConfiguration, ChartDataset, ChartOptions } from 'chart.js';
import type { Scales } from './axes.ts';
import type { FigureLook } from './built-figure.ts';
import type { Palette } from './palette.ts';

interface Frame {
  readonly look: FigureLook;
  readonly palette: Palette;
  readonly scales: Scales;
  /** Above the panel: of a facet, or why there is nothing to see. */
  readonly titles?: readonly string[];
  readonly hasLegend?: boolean;
  /** Entries past these are summed up by one; none without a label. */
  readonly legendRows?: number;
}

/** What all figures share: no animation, axes of their own, a legend above with an entry for each labelled data set. */
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

/** Chart.js cannot name the mixture of data sets in one type of its own. */
export function configurationOf(
  type: 'line' | 'scatter' | 'bar',
  datasets: readonly FigureDataset[],
  options: ChartOptions,
): ChartConfiguration {
  return { type, data: { datasets: datasets as ChartConfiguration['data']['datasets'] }, options };
}
