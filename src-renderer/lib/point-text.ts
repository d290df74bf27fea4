import { UNKNOWN } from '#core/analysis/quantity.ts';
import type { FigurePanel, FigurePoint, FigureTable } from '#core/figure/built-figure.ts';
import type { FigureRequest } from '#core/figure/figure-request.ts';
import { duration } from './format.ts';

/** What a chart says about a point: on hover, and to readers who move through it by keyboard. */
export interface PointText {
  readonly title: string;
  readonly lines: readonly string[];
}

export interface PointedSeries {
  /** Empty where it is one of many. */
  readonly name: string;
  /** What its axis counts: "validation error (%)". */
  readonly axis: string;
}

export interface PointContext {
  readonly request: FigureRequest;
  /** What the axis below counts. */
  readonly place: string;
  readonly series: PointedSeries;
  readonly names: ReadonlyMap<string, string>;
}

export function pointText(point: FigurePoint, { request, place, series, names }: PointContext): PointText {
  if (point.text !== undefined) return { title: point.text[0] ?? '', lines: point.text.slice(1) };
  const run = point.runId === undefined ? undefined : names.get(point.runId);
  const isTime = 'x' in request && request.x === 'seconds';
  const title = [run, series.name, point.arm].find(Boolean) ?? series.axis;
  return {
    title,
    lines: [
      `${series.axis}: ${plain(point.y)}`,
      isTime ? `active time: ${duration(point.x)}` : `${place}: ${plain(point.x)}`,
      ...(point.note === undefined ? [] : [point.note]),
      ...(point.runId === undefined ? [] : [`run ${point.runId}`]),
    ],
  };
}

/** "cubic 0.8, seed 3" for each run that a figure's table names. */
export function runNames({ columns, rows }: FigureTable): ReadonlyMap<string, string> {
  const [id, arm, seed] = ['runId', 'arm', 'seed'].map((name) => columns.indexOf(name)) as [number, number, number];
  const names = new Map<string, string>();
  if (id < 0 || seed < 0) return names;
  for (const row of rows) {
    const runId = row[id];
    if (typeof runId !== 'string' || names.has(runId)) continue;
    names.set(runId, [row[arm], `seed ${row[seed]}`].filter((part) => part != null).join(', '));
  }
  return names;
}

/** Four digits, no more than a chart can show. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(4));
  const text =
    Math.abs(rounded) >= 1e6 || (rounded !== 0 && Math.abs(rounded) < 1e-4) ? rounded.toExponential() : String(rounded);
  return text.replace('-', '−');
}

/** The same for a reader who listens. */
export function spoken({ title, lines }: PointText): string {
  return [title, ...lines].join(', ');
}

/** A cell of the table behind a figure; what is not known is an en dash. */
export function cellText(cell: string | number | null): string {
  if (cell === null) return UNKNOWN;
  return typeof cell === 'number' ? plain(cell) : cell;
}

/** What the axis below a panel counts. */
export function placeTitle(panel: FigurePanel | undefined): string {
  return titleOf(panel?.configuration.options?.scales?.x);
}

function titleOf(scale: object | undefined): string {
  const { title } = (scale ?? {}) as { readonly title?: { readonly text?: unknown } };
  return typeof title?.text === 'string' ? title.text : '';
}
