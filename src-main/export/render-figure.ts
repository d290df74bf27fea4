import type { ExportedFigure, FigureOrder } from '#contract/exporter.ts';
import { csvText } from '#core/csv-text.ts';
import type { BuiltFigure, FigureSource } from '#core/figure/built-figure.ts';
import { drawFigure } from '#core/figure/figure.ts';
import type { FigureFormat, FigureLayout } from '#core/figure/figure-request.ts';
import type { DrawnFigure } from './figure-files.ts';
import { pdfFile, pngFile, svgFile } from './figure-files.ts';
import { fontPx } from './figure-page.ts';
import { registerFont } from './fonts.ts';
import { glyphWarnings } from './glyphs.ts';
import { inertText } from './inert-text.ts';
import { pgfplotsFile } from './pgfplots.ts';

interface FileFormat {
  readonly extension: string;
  readonly write: (drawing: DrawnFigure) => string | Uint8Array;
}

const FORMATS: Readonly<Record<FigureFormat, FileFormat>> = {
  svg: { extension: 'svg', write: svgFile },
  pdf: { extension: 'pdf', write: pdfFile },
  'png-300': { extension: 'png', write: (drawing) => pngFile(drawing, 300) },
  'png-600': { extension: 'png', write: (drawing) => pngFile(drawing, 600) },
  pgfplots: { extension: 'tex', write: pgfplotsFile },
  csv: { extension: 'csv', write: ({ figure }) => csvText(figure.table.columns, figure.table.rows) },
};

/** Reads, builds and draws a figure, and gives its file. */
export async function renderFigure(
  { figure: request, layout, format }: FigureOrder,
  source: FigureSource,
): Promise<ExportedFigure> {
  registerFont();
  const figure = await drawFigure(request, source, paperLook(layout));
  const { extension, write } = FORMATS[format];
  const texts = new Set<string>();
  const data = bytesOf(write({ figure, layout, onText: (text) => texts.add(text) }));
  return { data, extension, caption: captionLine(figure), warnings: glyphWarnings(texts) };
}

export function paperLook(layout: FigureLayout) {
  return { theme: 'paper', fontPx: fontPx(layout), greySafe: layout.greySafe } as const;
}

function captionLine({ caption }: BuiltFigure): string {
  return caption.map(inertText).join(' ');
}

/** The bytes in a buffer of their own, which can move to another thread without a copy. */
export function bytesOf(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
}
