import type { SKRSContext2D } from '@napi-rs/canvas';
import { inertText } from './inert-text.ts';
import type { SvgDashes } from './svg-dashes.ts';

export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What Chart.js takes for a canvas: it asks no more of one than its size and its context. */
export interface PanelCanvas {
  width: number;
  height: number;
  readonly style: object;
  getContext(): SKRSContext2D;
}

/** What a page is drawn on: its unit is the CSS pixel. */
export interface Paper {
  readonly context: SKRSContext2D;
  /** Of an SVG, whose dashes are written apart. */
  readonly dashes?: SvgDashes;
}

/**
 * A part of a page as a canvas of its own, so that several charts fit on one page, of SVG and PDF too. The page's context has
 * its origin at the panel's corner while the panel is drawn.
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

function ownMembers({ context, dashes }: Paper): ReadonlyMap<string | symbol, unknown> {
  const ignore = () => undefined;
  return new Map<string, unknown>([
    // Chart.js sets and clears the canvas as if it were its own; here it lies on a page that others draw on too.
    ['setTransform', ignore],
    ['resetTransform', ignore],
    ['clearRect', ignore],
    ['fillText', (text: string, ...rest: [number, number]) => context.fillText(inertText(text), ...rest)],
    ['measureText', (text: string) => context.measureText(inertText(text))],
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

/** Of a cubic curve that stands for a quarter of a circle of radius 1; off by at most 0.03 %. */
const QUARTER = 0.5523;

type Arc = [x: number, y: number, radius: number, from: number, to: number, isCounterclockwise?: boolean];

/** Skia writes an arc into a file as dozens of pieces: a whole circle takes four. */
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
