import { crc32 } from 'node:zlib';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { createCanvas, PDFDocument, SvgExportFlag } from '@napi-rs/canvas';
import type { BuiltFigure } from '#core/figure/built-figure.ts';
import type { FigureLayout } from '#core/figure/figure-request.ts';
import type { PageSize } from './figure-page.ts';
import { drawPage, layOut } from './figure-page.ts';
import { FONT, FONT_STACK } from './fonts.ts';
import { escapeMarkup, inertText } from './inert-text.ts';
import type { Paper } from './panel-canvas.ts';
import { withPageSize } from './pdf-page-size.ts';
import { SvgDashes } from './svg-dashes.ts';
import { SvgForeignText } from './svg-foreign-text.ts';

export interface DrawnFigure {
  readonly figure: BuiltFigure;
  readonly layout: FigureLayout;
  /** Hears every text that is drawn. */
  readonly onText?: (text: string) => void;
}

const PT_PER_PX = 72 / 96;
const METRES_PER_INCH = 0.0254;

/** An SVG file in which text stays text and sizes are exact; the same numbers give the same bytes. */
export function svgFile(drawing: DrawnFigure): string {
  const { width, height } = sizeOf(drawing);
  const canvas = createCanvas(Math.ceil(width), Math.ceil(height), SvgExportFlag.NoPrettyXML);
  const dashes = new SvgDashes();
  const foreign = new SvgForeignText();
  draw({ context: canvas.getContext('2d'), dashes, foreign }, drawing);
  const title = `<title>${escapeMarkup(drawing.figure.caption.join(' '))}</title>`;
  const size = `width="${short(mm(width))}mm" height="${short(mm(height))}mm" viewBox="0 0 ${short(width)} ${short(height)}"`;
  return withOwnNumbers(shortened(foreign.applyTo(dashes.applyTo(canvas.getContent().toString('utf8')))))
    .replace(
      /(<svg [^>]*?)\s*width="[^"]*" height="[^"]*">/,
      (_, start: string) => `${start} ${size} role="img">${title}`,
    )
    .replaceAll(`font-family="${FONT}"`, `font-family="${FONT_STACK}"`);
}

/** The size of the page, which may be higher than the layout asks for but never wider. */
function sizeOf({ figure, layout }: DrawnFigure): PageSize {
  return layOut(createCanvas(1, 1).getContext('2d'), figure, layout).size;
}

function mm(px: number): number {
  return (px / 96) * 25.4;
}

function draw(paper: Paper, { figure, layout, onText }: DrawnFigure): void {
  for (const chart of drawPage({ ...paper, onText }, figure, layout).charts) chart.destroy();
}

/** Rounds numbers to hundredths of a pixel, finer than any printer; text between the tags is not changed. */
function shortened(svg: string): string {
  return svg.replaceAll(/<[^>]+>/g, (tag) =>
    tag.replaceAll(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))),
  );
}

/** Numbers the clip paths of this figure anew, since Skia counts them over all figures of a process. */
function withOwnNumbers(svg: string): string {
  const numbers = new Map<string, string>();
  return svg.replaceAll(/\bcl_[0-9a-f]+/g, (id) => {
    const known = numbers.get(id) ?? `clip${numbers.size}`;
    numbers.set(id, known);
    return known;
  });
}

function short(value: number): string {
  return String(Number(value.toFixed(3)));
}

/** A PDF file with vector graphics and the glyphs of our font that it uses. */
export function pdfFile(drawing: DrawnFigure): Buffer {
  const size = sizeOf(drawing);
  const [width, height] = [PT_PER_PX * size.width, PT_PER_PX * size.height];
  const document = new PDFDocument({ title: inertText(drawing.figure.caption.join(' ')), creator: 'FreezeOut Lab' });
  // The package's types name the browser's context, but it gives its own context without a canvas.
  const page = document.beginPage(Math.ceil(width), Math.ceil(height)) as unknown as SKRSContext2D;
  page.scale(PT_PER_PX, PT_PER_PX);
  draw({ context: page }, drawing);
  document.endPage();
  return withPageSize(document.close(), { width, height });
}

/** A PNG file with as many pixels as the layout's millimetres have at this resolution, which the file also states. */
export function pngFile(drawing: DrawnFigure, dpi: number): Buffer {
  const { width, height } = sizeOf(drawing);
  const scale = dpi / 96;
  const canvas = createCanvas(Math.round(scale * width), Math.round(scale * height));
  const page = canvas.getContext('2d');
  page.scale(scale, scale);
  draw({ context: page }, drawing);
  return withResolution(canvas.toBuffer('image/png'), dpi);
}

const SIGNATURE_AND_HEADER = 8 + 25;

/** Adds a pHYs chunk after the header: pixels per metre in both directions (PNG specification 11.3.5.3). */
function withResolution(png: Buffer, dpi: number): Buffer {
  const chunk = Buffer.alloc(21);
  const perMetre = Math.round(dpi / METRES_PER_INCH);
  chunk.writeUInt32BE(9, 0);
  chunk.write('pHYs', 4, 'latin1');
  chunk.writeUInt32BE(perMetre, 8);
  chunk.writeUInt32BE(perMetre, 12);
  chunk.writeUInt8(1, 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  return Buffer.concat([png.subarray(0, SIGNATURE_AND_HEADER), chunk, png.subarray(SIGNATURE_AND_HEADER)]);
}
