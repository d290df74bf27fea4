import type { ChartConfiguration, Chart as ChartType, Plugin } from 'chart.js';
import { Chart, Tooltip } from 'chart.js';
import zoomPlugin from 'chartjs-plugin-zoom';
import type { FigurePoint } from '#core/figure/built-figure.ts';
import { CHART_PARTS } from '#core/figure/chart-parts.ts';
import type { ChartCursor } from './chart-cursor.ts';
import { movedCursor } from './chart-cursor.ts';
import { fading } from './chart-fading.ts';
import { pageOptions, type ShownPanel, windowIn } from './chart-options.ts';
import { pointAt, seriesAt, seriesOf } from './chart-pointing.ts';
import type { FigureWindow } from './figure-view.ts';
import type { PointText } from './point-text.ts';

Chart.register(...CHART_PARTS, Tooltip, zoomPlugin);

const ZOOM_STEP = 1.25;

export interface ChartHandlers {
  onhover(point: FigurePoint | null): void;
  onopen(point: FigurePoint): void;
  /** The part that is shown now. */
  onzoom(window: FigureWindow): void;
}

/** A panel on a canvas: the one place where the page drives Chart.js. What it shows changes in place. */
export class LiveChart {
  readonly #canvas: HTMLCanvasElement;
  readonly #handlers: ChartHandlers;
  readonly #plugins: Plugin[];
  #chart: ChartType | null = null;
  #shown: ShownPanel | null = null;
  #highlight: string | null = null;
  #cursor: ChartCursor | null = null;
  #hovered: FigurePoint | null = null;

  constructor(canvas: HTMLCanvasElement, handlers: ChartHandlers) {
    this.#canvas = canvas;
    this.#handlers = handlers;
    const leaving: Plugin = {
      id: 'leaving',
      afterEvent: (_, { inChartArea }) => void (inChartArea || this.#hover(null)),
    };
    this.#plugins = [fading(() => this.#highlight), leaving];
  }

  show(shown: ShownPanel): void {
    this.#shown = shown;
    const configuration = this.#configurationOf(shown);
    if (this.#chart === null) {
      this.#chart = new Chart(this.#canvas, configuration);
      return;
    }
    this.#chart.data = configuration.data;
    this.#chart.options = configuration.options ?? {};
    this.#chart.update('none');
    if (this.#cursor !== null) this.#point(this.#cursor);
  }

  /** A run's id or an arm's name: all that is not of it fades, unless nothing is. */
  set highlight(highlight: string | null) {
    if (highlight === this.#highlight) return;
    this.#highlight = highlight;
    this.#chart?.draw();
  }

  /** Null where the key means nothing here; else what there is to say. */
  press(key: string): PointText | 'done' | null {
    const chart = this.#chart;
    if (chart === null) return null;
    if (key === '+' || key === '=') return this.#zoom(ZOOM_STEP);
    if (key === '-') return this.#zoom(1 / ZOOM_STEP);
    if (key === 'Escape' && this.#cursor !== null) return this.leave();
    if (key === 'Enter' && this.#cursor !== null) return this.#open(pointAt(chart, this.#cursor));
    const cursor = movedCursor(this.#cursor, key, seriesOf(chart));
    return cursor === null ? null : this.#point(cursor);
  }

  /** The keyboard goes elsewhere. */
  leave(): 'done' {
    if (this.#cursor === null) return 'done';
    this.#cursor = null;
    this.#chart?.setActiveElements([]);
    this.#chart?.tooltip?.setActiveElements([], { x: 0, y: 0 });
    this.#chart?.update('none');
    this.#hover(null);
    return 'done';
  }

  destroy(): void {
    this.#chart?.destroy();
    this.#chart = null;
  }

  #point(cursor: ChartCursor): PointText | null {
    const chart = this.#chart;
    const point = chart === null ? null : pointAt(chart, cursor);
    if (chart === null || point === null) return null;
    this.#cursor = cursor;
    const element = chart.getDatasetMeta(cursor.datasetIndex).data[cursor.index];
    chart.setActiveElements([cursor]);
    chart.tooltip?.setActiveElements([cursor], { x: element?.x ?? 0, y: element?.y ?? 0 });
    chart.update('none');
    this.#hover(point);
    return this.#shown?.describe(point, seriesAt(chart, cursor.datasetIndex)) ?? null;
  }

  #open(point: FigurePoint | null): 'done' {
    if (point !== null) this.#handlers.onopen(point);
    return 'done';
  }

  #zoom(amount: number): 'done' {
    const chart = this.#chart;
    if (chart === null || this.#shown?.canZoom !== true) return 'done';
    const element = this.#cursor && chart.getDatasetMeta(this.#cursor.datasetIndex).data[this.#cursor.index];
    chart.zoom({ x: amount, y: amount, ...(element && { focalPoint: { x: element.x, y: element.y } }) });
    this.#handlers.onzoom(windowIn(chart));
    return 'done';
  }

  #hover(point: FigurePoint | null): void {
    if (point === this.#hovered) return;
    this.#hovered = point;
    this.#handlers.onhover(point);
  }

  #configurationOf(shown: ShownPanel): ChartConfiguration {
    return {
      ...shown.panel.configuration,
      plugins: this.#plugins,
      options: {
        ...pageOptions(shown, (window) => this.#handlers.onzoom(window)),
        onHover: (_event, elements, chart) => this.#hover(pointAt(chart, elements[0])),
        onClick: (_event, elements, chart) => this.#open(pointAt(chart, elements[0])),
      },
    };
  }
}
