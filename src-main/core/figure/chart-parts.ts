import {
  BarController,
  BarElement,
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

/**
 * The parts of Chart.js that figures use: both the page and the exporter register them before they draw. Nothing else in core
 * needs Chart.js at run time.
 */
export const CHART_PARTS = [
  ...[BarController, LineController, ScatterController, ScatterWithErrorBarsController],
  ...[BarElement, LineElement, PointElement, PointWithErrorBar, LinearScale, LogarithmicScale],
  ...[Filler, Legend, Title],
];
