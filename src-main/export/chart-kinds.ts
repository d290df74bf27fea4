import type { ChartConfiguration } from 'chart.js';
import {
  BarController,
  BarElement,
  BasicPlatform,
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Title,
} from 'chart.js';
import { PointWithErrorBar, ScatterWithErrorBarsController } from 'chartjs-chart-error-bars';
import { FONT } from './fonts.ts';
import type { PanelCanvas } from './panel-canvas.ts';

Chart.register(BarController, BarElement, LineController, LineElement, PointElement, ScatterController);
Chart.register(PointWithErrorBar, ScatterWithErrorBarsController);
Chart.register(LinearScale, LogarithmicScale, Filler, Legend, Title);
Chart.defaults.font.family = FONT;

/** Lays the chart out and draws it at once. Whoever calls destroys it. */
export function drawnChart(canvas: PanelCanvas, configuration: ChartConfiguration): Chart {
  const options = {
    ...configuration.options,
    responsive: false,
    animation: false as const,
    devicePixelRatio: 1,
    events: [],
  };
  // Its types know only the browser's canvas.
  const item = canvas as unknown as HTMLCanvasElement;
  return new Chart(item, { ...configuration, options, platform: BasicPlatform });
}
