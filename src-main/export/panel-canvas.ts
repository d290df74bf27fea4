import type { SKRSContext2D } from '@napi-rs/canvas';
import { inertText } from './inert-text.ts';
import type { SvgDashes } from './svg-dashes.ts';
import type { SvgForeignText } from './svg-foreign-text.ts';
import { widthWithForeign } from './svg-foreign-text.ts';

export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a canvas that Chart.js uses: its size and its context. */
export interface PanelCanvas {
  width: number;
  height: number;
  readonly style: object;
  getContext(): SKRSContext2D;
}

/** The surface that a page is drawn on; its unit is the CSS pixel. */
export interface Paper {
  readonly context: SKRSContext2D;
  /** The dashes of an SVG, which are written separately. */
  readonly dashes?: SvgDashes;
  /** The texts of an SVG that our font lacks. */
  readonly foreign?: SvgForeignText;
  /** Hears every text that is drawn. */
  readonly onText?: ((text: string) => void) | undefined;
}

/** Draws a text, without characters that could control a viewer. */
export function fillText(
  { context, foreign, onText }: Paper,
  text: string,
  ...place: [x: number, y: number, maxWidth?: number]
): void {
  const inert = inertText(text);
  onText?.(inert);
  if (foreign === undefined) context.fillText(inert, ...place);
  else foreign.fill(context, inert, place);
}

/**
 * A part of a page as a separate canvas, so that several charts fit on one page, in SVG and PDF too. While the panel is drawn,
 * the page's context has its origin at the panel's corner.
 */
export function panelCanvas(paper: Paper, { width, height }: Pick<Place, 'width' | 'height'>): PanelCanvas {
  const canvas: PanelCanvas = { width, height, style: {}, getContext: () => context };
  const own = ownMembers(paper);
  const context: SKRSContext2D = new Proxy(paper.context, {
    get: (target, name) => (name === 'canvas' ? canvas : (own.get(name) ?? memberOf(target, name))),
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
  return canvas;
}

function memberOf(target: SKRSContext2D, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === 'function' ? value.bind(target) : value;
}

function ownMembers(paper: Paper): ReadonlyMap<string | symbol, unknown> {
  const { context, dashes, foreign } = paper;
  const ignore = () => undefined;
  const measured = (text: string) =>
    foreign === undefined ? context.measureText(text) : { width: widthWithForeign(context, text) };
  return new Map<string, unknown>([
    // Chart.js resets and clears its canvas, but here the page also holds other drawings.
    ['setTransform', ignore],
    ['resetTransform', ignore],
    ['clearRect', ignore],
    ['fillText', (text: string, ...place: [number, number, number?]) => fillText(paper, text, ...place)],
    ['measureText', (text: string) => measured(inertText(text))],
    ['arc', (...arc: Arc) => drawArc(context, arc)],
    ...(dashes === undefined ? [] : dashMembers(context, dashes)),
  ]);
}

function dashMembers(context: SKRSContext2D, dashes: SvgDashes): [string, unknown][] {
  return [
    ['setLineDash', (dash: readonly number[]) => dashes.setLineDash(dash)],
    ['save', () => dashes.save(context)],
    ['restore', () => dashes.restore(context)],
    ['stroke', () => dashes.stroke(context)],
  ];
}

/** Length of the control arms of a cubic curve that approximates a quarter of a unit circle to 0.03 %. */
const QUARTER = 0.5523;

type Arc = [x: number, y: number, radius: number, from: number, to: number, isCounterclockwise?: boolean];

/** Draws an arc as cubic curves, four for a whole circle; Skia would write dozens of pieces into the file. */
function drawArc(page: SKRSContext2D, arc: Arc): void {
  const [x, y, radius, from, to] = arc;
  if (from === 0 && Math.abs(to - 2 * Math.PI) < 1e-6) drawCircle(page, { x, y, radius });
  else page.arc(...arc);
}

function drawCircle(
  page: SKRSContext2D,
  { x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number },
): void {
  const handle = QUARTER * radius;
  page.moveTo(x + radius, y);
  page.bezierCurveTo(x + radius, y + handle, x + handle, y + radius, x, y + radius);
  page.bezierCurveTo(x - handle, y + radius, x - radius, y + handle, x - radius, y);
  page.bezierCurveTo(x - radius, y - handle, x - handle, y - radius, x, y - radius);
  page.bezierCurveTo(x + handle, y - radius, x + radius, y - handle, x + radius, y);
  page.closePath();
}
