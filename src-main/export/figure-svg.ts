import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts, SvgExportFlag } from '@napi-rs/canvas';
import type { Plugin } from 'chart.js';
import {
  BasicPlatform,
  Chart,
  Legend,
  LinearScale,
  LineElement,
  PointElement,
  ScatterController,
  Title,
} from 'chart.js';
import { PointWithErrorBar, ScatterWithErrorBarsController } from 'chartjs-chart-error-bars';
import type { FigureConfiguration } from '#core/analysis/figure.ts';
import { AppError } from '#core/errors.ts';

Chart.register(Legend, LinearScale, LineElement, PointElement, PointWithErrorBar, ScatterController);
Chart.register(ScatterWithErrorBarsController, Title);

/** In CSS pixels, 1/96 inch each. */
export interface FigureSize {
  readonly width: number;
  readonly height: number;
}

/** 174 mm x 110 mm: the width of a paper's page. */
export const PAPER_SIZE: FigureSize = { width: 658, height: 416 };

/** White behind everything, since a viewer with a dark ground would swallow the text. */
const paper: Plugin = {
  id: 'paper',
  beforeDraw: ({ ctx, width, height }) => {
    ctx.save();
    ctx.fillStyle = '#ffffff';
    ctx.fillRect(0, 0, width, height);
    ctx.restore();
    // With the default, text at fractional places falls apart into one element a word.
    ctx.textRendering = 'geometricPrecision';
  },
};

/** Ours, so that a machine without fonts draws too, and every machine the same. */
const FONT = 'Arimo';
const FONT_FILES = ['400Regular/Arimo_400Regular.ttf', '700Bold/Arimo_700Bold.ttf'];

/** A reader's machine may lack the font; these have its metrics, so every letter stays in its place. */
const FONT_STACK = `${FONT}, Liberation Sans, Arial, Helvetica, sans-serif`;

/** Draws a figure without a window; its text stays text. Throws 'unavailable' where the font is missing. */
export function renderSvg(figure: FigureConfiguration, { width, height }: FigureSize = PAPER_SIZE): string {
  registerFont();
  const canvas = createCanvas(width, height, SvgExportFlag.NoPrettyXML);
  const context = canvas.getContext('2d');
  const options = { ...figure.options, responsive: false, animation: false as const, devicePixelRatio: 1, events: [] };
  const chart = new Chart(context, { ...figure, options, plugins: [paper], platform: BasicPlatform });
  const svg = canvas.getContent().toString('utf8');
  chart.destroy();
  return svg.replaceAll(`font-family="${FONT}"`, `font-family="${FONT_STACK}"`);
}

function registerFont(): void {
  if (GlobalFonts.has(FONT)) return;
  const { resolve } = createRequire(import.meta.url);
  for (const file of FONT_FILES) GlobalFonts.registerFromPath(resolve(`@expo-google-fonts/arimo/${file}`));
  if (!GlobalFonts.has(FONT)) throw new AppError('unavailable', 'The font of the figure is missing: run `npm ci`.');
  Chart.defaults.font.family = FONT;
}
