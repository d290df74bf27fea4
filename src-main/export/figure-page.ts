import type { SKRSContext2D } from '@napi-rs/canvas';
import { createCanvas } from '@napi-rs/canvas';
import type { Chart, ChartConfiguration } from 'chart.js';
import type { BuiltFigure } from '#core/figure/built-figure.ts';
import type { FigureLayout } from '#core/figure/figure-request.ts';
import { drawnChart } from './chart-kinds.ts';
import { FONT } from './fonts.ts';
import { inertText } from './inert-text.ts';
import type { Paper, Place } from './panel-canvas.ts';
import { fillText, panelCanvas } from './panel-canvas.ts';
import { widthWithForeign } from './svg-foreign-text.ts';
import { wrapText } from './wrapped-text.ts';

const MM_PER_INCH = 25.4;
/** CSS pixels per inch. */
const PX_PER_INCH = 96;
const PX_PER_PT = PX_PER_INCH / 72;
/** Smaller panels have no room for their labels: then fewer stand side by side, and the page becomes higher. */
const LEAST_PANEL_MM = { width: 54, height: 50 };
/** The title of a panel, and ticks and title of the axis below it, in lines. */
const LINES_OF_AXIS = 5;
const MOST_CAPTION_LINES = 6;
const LINE_HEIGHT = 1.3;

export interface PageSize {
  /** Width in CSS pixels, 1/96 inch each. */
  readonly width: number;
  readonly height: number;
}

function pageSize({ widthMm, heightMm }: FigureLayout): PageSize {
  return { width: (widthMm / MM_PER_INCH) * PX_PER_INCH, height: (heightMm / MM_PER_INCH) * PX_PER_INCH };
}

export function fontPx({ fontPt }: Pick<FigureLayout, 'fontPt'>): number {
  return fontPt * PX_PER_PT;
}

/** The places of everything on a page. */
export interface PageLayout {
  readonly size: PageSize;
  readonly places: readonly Place[];
  readonly captionLines: readonly string[];
  readonly captionTop: number;
}

/** A page and what was drawn on it, for formats that describe it in their own language. */
export interface DrawnPage extends PageLayout {
  /** One chart per panel; the caller destroys them. */
  readonly charts: readonly Chart[];
  readonly legend: readonly LegendEntry[];
}

/** The place of a legend entry on the page: its sign is at the left, its text reaches the right end. */
export interface LegendEntry extends Place {
  readonly text: string;
  /** The index of its data set in the first panel. */
  readonly datasetIndex: number;
}

/**
 * Computes the places of everything, measured on any context. The page is as wide as requested, and higher where its panels would
 * be too low to read.
 */
export function layOut(context: SKRSContext2D, figure: BuiltFigure, layout: FigureLayout): PageLayout {
  const asked = pageSize(layout);
  const captionLines = layout.caption ? captionOf(context, figure, layout) : [];
  const captionHeight = captionLines.length === 0 ? 0 : (captionLines.length + 0.6) * LINE_HEIGHT * fontPx(layout);
  const isOne = figure.panels.length === 1;
  const legend = drawLegend({ context }, figure, asked).height;
  // A single panel draws its own legend.
  const legendHeight = isOne ? 0 : legend;
  const across = Math.max(1, Math.min(figure.columns, Math.floor(layout.widthMm / LEAST_PANEL_MM.width)));
  const down = Math.ceil(figure.panels.length / across);
  const least = leastPanelHeight(figure, layout) + (isOne ? legend : 0);
  const height = Math.max(least, (asked.height - captionHeight - legendHeight) / down);
  // Chart.js only knows whole pixels.
  const panel = { width: Math.floor(asked.width / across), height: Math.floor(height) };
  const places = figure.panels.map((_, index) => ({
    left: panel.width * (index % across),
    top: legendHeight + panel.height * Math.floor(index / across),
    ...panel,
  }));
  const captionTop = legendHeight + height * down;
  return { size: { width: asked.width, height: captionTop + captionHeight }, places, captionLines, captionTop };
}

/** The height below which a panel cannot be read; its lines of text are not to overlap. */
function leastPanelHeight({ panelLines = 0 }: BuiltFigure, layout: FigureLayout): number {
  const lines = (panelLines + LINES_OF_AXIS) * LINE_HEIGHT * fontPx(layout);
  return Math.max((LEAST_PANEL_MM.height / MM_PER_INCH) * PX_PER_INCH, lines);
}

/** Draws a whole figure: panels, one legend for all of them, caption. */
export function drawPage(paper: Paper, figure: BuiltFigure, layout: FigureLayout): DrawnPage {
  const { context } = paper;
  // By default, text at fractional places is written as one element per word.
  context.textRendering = 'geometricPrecision';
  const page = layOut(createCanvas(1, 1).getContext('2d'), figure, layout);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, page.size.width, page.size.height);
  const isOne = figure.panels.length === 1;
  const above = isOne ? [] : drawLegend(paper, figure, page.size).entries;
  const charts = figure.panels.map(({ configuration }, index) =>
    drawPanel(paper, isOne ? configuration : withoutLegend(configuration), page.places[index]),
  );
  drawCaption(paper, page, layout);
  return { ...page, charts, legend: isOne ? legendEntries(charts[0], page.places[0]) : above };
}

function drawPanel(paper: Paper, configuration: ChartConfiguration, place: Place): Chart {
  const { context } = paper;
  context.save();
  context.translate(place.left, place.top);
  const chart = drawnChart(panelCanvas(paper, place), configuration);
  context.restore();
  return chart;
}

interface DrawnLegend {
  readonly height: number;
  readonly entries: readonly LegendEntry[];
}

/** The panels have the same entries, so these are drawn once above them, by a chart with only a legend. */
function drawLegend(paper: Paper, { panels }: BuiltFigure, { width, height }: PageSize): DrawnLegend {
  const [{ configuration }] = panels;
  const datasets = configuration.data.datasets.map((one) => ({ ...one, data: [] }));
  const scales = Object.fromEntries(
    Object.entries(configuration.options?.scales ?? {}).map(([id, scale]) => [id, { ...scale, display: false }]),
  );
  const plugins = { ...configuration.options?.plugins, title: { display: false } };
  const options = { ...configuration.options, scales, plugins } as ChartConfiguration['options'];
  const place = { left: 0, top: 0, width: Math.floor(width), height: Math.floor(height / 2) };
  const chart = drawPanel(paper, { ...configuration, data: { datasets }, ...(options && { options }) }, place);
  const legend = { height: (chart.legend?.height ?? 0) + 4, entries: legendEntries(chart, place) };
  chart.destroy();
  return legend;
}

/** Chart.js keeps the boxes of its entries for the mouse, but leaves them out of its types. */
interface Hittable {
  readonly legendHitBoxes?: readonly Place[];
}

function legendEntries({ legend }: Chart, { left, top }: Place): LegendEntry[] {
  const boxes = (legend as Hittable | undefined)?.legendHitBoxes ?? [];
  return (legend?.legendItems ?? []).flatMap(({ text, datasetIndex = 0 }, index) => {
    const box = boxes[index];
    return box ? [{ ...box, left: left + box.left, top: top + box.top, text, datasetIndex }] : [];
  });
}

function withoutLegend(configuration: ChartConfiguration): ChartConfiguration {
  const { options } = configuration;
  const plugins = { ...options?.plugins, legend: { ...options?.plugins?.legend, display: false } };
  return { ...configuration, options: { ...options, plugins } } as ChartConfiguration;
}

function captionOf(page: SKRSContext2D, { caption }: BuiltFigure, layout: FigureLayout): string[] {
  page.font = captionFont(layout);
  const width = pageSize(layout).width - 2 * captionInset(layout);
  const lines = caption.flatMap((text) => wrapText(inertText(text), width, (part) => widthWithForeign(page, part)));
  if (lines.length <= MOST_CAPTION_LINES) return lines;
  return [...lines.slice(0, MOST_CAPTION_LINES - 1), `${lines[MOST_CAPTION_LINES - 1].slice(0, -2)}…`];
}

function captionFont(layout: FigureLayout): string {
  return `${fontPx(layout)}px ${FONT}`;
}

function captionInset(layout: FigureLayout): number {
  return 0.5 * fontPx(layout);
}

function drawCaption(paper: Paper, { captionLines, captionTop }: PageLayout, layout: FigureLayout): void {
  const { context: page } = paper;
  page.font = captionFont(layout);
  page.fillStyle = '#000000';
  page.textAlign = 'left';
  page.textBaseline = 'alphabetic';
  const lineHeight = LINE_HEIGHT * fontPx(layout);
  captionLines.forEach((line, index) => {
    fillText(paper, line, captionInset(layout), captionTop + (index + 1) * lineHeight);
  });
}
