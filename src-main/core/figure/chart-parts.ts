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
 * What figures consist of, for Chart.js to know: whoever draws them registers these, on the page and on paper alike. Nothing else
 * in core needs Chart.js to run.
 */
export const CHART_PARTS = [
  ...[BarController, LineController, ScatterController, ScatterWithErrorBarsController],
  ...[BarElement, LineElement, PointElement, PointWithErrorBar, LinearScale, LogarithmicScale],
  ...[Filler, Legend, Title],
];
