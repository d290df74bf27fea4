import type { FigureRequest } from '#core/figure/figure-request.ts';
import { figureRequestSchema } from '#core/figure/figure-request.ts';
import type { RunPlace } from '#core/figure/request-parts.ts';

/** Curves and what else runs along a training: what can be told of their axes. */
export type AxesRequest = Extract<FigureRequest, { readonly logX: boolean }>;

/** The part of a figure that is shown; null for all. */
export interface FigureWindow {
  readonly rangeX: [number, number] | null;
  readonly rangeY: [number, number] | null;
}

/** More runs than these are drawn only when asked for. */
const MOST_DRAWN_RUNS = 20;

export function hasAxes(request: FigureRequest): request is AxesRequest {
  return 'logX' in request;
}

export function canZoom(request: FigureRequest): boolean {
  return 'rangeX' in request;
}

function windowOf(request: FigureRequest): FigureWindow {
  return 'rangeX' in request ? { rangeX: request.rangeX, rangeY: request.rangeY } : { rangeX: null, rangeY: null };
}

export function isZoomed(request: FigureRequest): boolean {
  const { rangeX, rangeY } = windowOf(request);
  return rangeX !== null || rangeY !== null;
}

export function zoomedTo(request: FigureRequest, window: FigureWindow): FigureRequest {
  return canZoom(request) ? ({ ...request, ...window } as FigureRequest) : request;
}

/** Another x, or another scale, begins with all that there is to see. */
export function withAxes(request: AxesRequest, axes: Partial<Pick<AxesRequest, 'x' | 'logX' | 'logY'>>): AxesRequest {
  const isNewX = axes.x !== undefined || axes.logX !== undefined;
  return {
    ...request,
    ...axes,
    rangeX: isNewX ? null : request.rangeX,
    rangeY: axes.logY === undefined ? request.rangeY : null,
  };
}

/** Another x of any figure that has a choice of them. */
export function withPlace(request: FigureRequest, x: RunPlace): FigureRequest {
  return hasAxes(request) ? withAxes(request, { x }) : figureRequestSchema.parse({ ...request, x });
}

/** The first runs only, unless all are asked for. A band stands for all its runs, or its mean would be another one. */
export function drawnPart(request: FigureRequest, isAll: boolean): FigureRequest {
  if (!('runs' in request) || isAll || request.runs.length <= MOST_DRAWN_RUNS) return request;
  if ('bands' in request && request.bands) return request;
  return { ...request, runs: request.runs.slice(0, MOST_DRAWN_RUNS) };
}

/** Runs that a request names. */
export function runCount(request: FigureRequest): number {
  return 'runs' in request ? request.runs.length : 0;
}
