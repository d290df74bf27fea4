import type { Chart, ChartOptions, TooltipItem } from 'chart.js';
import type { FigurePanel, FigurePoint } from '#core/figure/built-figure.ts';
import { faded, type Palette } from '#core/figure/palette.ts';
import { seriesAt } from './chart-pointing.ts';
import type { FigureWindow } from './figure-view.ts';
import type { PointedSeries, PointText } from './point-text.ts';

/** A panel as the page shows it. */
export interface ShownPanel {
  readonly panel: FigurePanel;
  readonly canZoom: boolean;
  readonly palette: Palette;
  describe(point: FigurePoint, series: PointedSeries): PointText;
}

type PluginOptions = NonNullable<ChartOptions['plugins']>;

/** What a figure does on the page and not on paper: it fills its place, answers the pointer, and zooms. */
export function pageOptions(shown: ShownPanel, onzoom: (window: FigureWindow) => void): ChartOptions {
  const { options = {} } = shown.panel.configuration;
  return {
    ...options,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'close', intersect: false },
    plugins: {
      ...options.plugins,
      legend: { ...options.plugins?.legend, onClick: () => undefined },
      tooltip: tooltipOptions(shown),
      zoom: zoomOptions(shown, onzoom),
    },
  };
}

export function windowIn(chart: Chart): FigureWindow {
  const { x, y } = chart.scales;
  return { rangeX: x ? [x.min, x.max] : null, rangeY: y ? [y.min, y.max] : null };
}

function zoomOptions(
  { canZoom: enabled, palette: { text } }: ShownPanel,
  onzoom: (window: FigureWindow) => void,
): NonNullable<PluginOptions['zoom']> {
  const tell = ({ chart }: { readonly chart: Chart }) => onzoom(windowIn(chart));
  return {
    pan: { enabled, modifierKey: 'shift', mode: 'xy', onPanComplete: tell },
    zoom: {
      mode: 'xy',
      // The wheel alone scrolls the page.
      wheel: { enabled, modifierKey: 'ctrl' },
      drag: { enabled, threshold: 6, backgroundColor: faded(text, 0.1), borderColor: text, borderWidth: 1 },
      onZoomComplete: tell,
    },
  };
}

function tooltipOptions({ describe, palette }: ShownPanel): NonNullable<PluginOptions['tooltip']> {
  const textOf = ({ raw, chart, datasetIndex }: TooltipItem<'line'>) =>
    describe(raw as FigurePoint, seriesAt(chart, datasetIndex));
  return {
    animation: false,
    displayColors: false,
    backgroundColor: palette.ground,
    borderColor: palette.neutral,
    borderWidth: 1,
    titleColor: palette.text,
    bodyColor: palette.text,
    callbacks: {
      title: ([item]) => (item === undefined ? '' : textOf(item as TooltipItem<'line'>).title),
      label: (item) => [...textOf(item as TooltipItem<'line'>).lines],
    },
  };
}
