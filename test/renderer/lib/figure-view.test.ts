import { describe, expect, it } from 'vitest';
import { figureRequestSchema } from '#core/figure/figure-request.ts';
import { drawnPart, hasAxes, isZoomed, withAxes, zoomedTo } from '../../../src-renderer/lib/figure-view.ts';

const runs = Array.from({ length: 240 }, (_, index) => `run${index}`);
const curves = figureRequestSchema.parse({ kind: 'curves', runs });

describe('what can be done to a figure', () => {
  it('draws 20 of many runs until all are asked for', () => {
    const few = drawnPart(curves, false);
    expect('runs' in few && few.runs).toEqual(runs.slice(0, 20));
    expect(drawnPart(curves, true)).toBe(curves);
    const bands = figureRequestSchema.parse({ kind: 'curves', runs, bands: true });
    expect(drawnPart(bands, false)).toBe(bands);
    const comparison = figureRequestSchema.parse({ kind: 'comparison', view: { studies: ['s'] } });
    expect(drawnPart(comparison, false)).toBe(comparison);
  });

  it('keeps the zoomed part in the request, so that an export shows it', () => {
    const zoomed = zoomedTo(curves, { rangeX: [2, 5], rangeY: [10, 20] });
    expect(zoomed).toMatchObject({ rangeX: [2, 5], rangeY: [10, 20] });
    expect(isZoomed(zoomed)).toBe(true);
    expect(isZoomed(curves)).toBe(false);
    const timeline = figureRequestSchema.parse({ kind: 'freeze-timeline', run: 'a' });
    expect(zoomedTo(timeline, { rangeX: [2, 5], rangeY: null })).toBe(timeline);
  });

  it('shows all along another axis, and what was shown of the other one', () => {
    const zoomed = zoomedTo(curves, { rangeX: [2, 5], rangeY: [10, 20] });
    if (!hasAxes(zoomed)) throw new Error('Curves have axes.');
    expect(withAxes(zoomed, { x: 'step' })).toMatchObject({ x: 'step', rangeX: null, rangeY: [10, 20] });
    expect(withAxes(zoomed, { logX: true })).toMatchObject({ logX: true, rangeX: null, rangeY: [10, 20] });
    expect(withAxes(zoomed, { logY: true })).toMatchObject({ logY: true, rangeX: [2, 5], rangeY: null });
  });
});
