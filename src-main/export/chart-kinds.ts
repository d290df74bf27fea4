import type { ChartConfiguration } from 'chart.js';
import { BasicPlatform, Chart } from 'chart.js';
import { CHART_PARTS } from '#core/figure/chart-parts.ts';
import { FONT } from './fonts.ts';
import type { PanelCanvas } from './panel-canvas.ts';

Chart.register(...CHART_PARTS);
Chart.defaults.font.family = FONT;

/** Lays the chart out and draws it at once. The caller destroys it. */
export function drawnChart(canvas: PanelCanvas, configuration: ChartConfiguration): Chart {
  const options = {
    ...configuration.options,
    responsive: false,
    animation: false as const,
    devicePixelRatio: 1,
    events: [],
  };
  // The types of Chart.js know only the browser's canvas.
  const item = canvas as unknown as HTMLCanvasElement;
  return new Chart(item, { ...configuration, options, platform: BasicPlatform });
}
