import { describe, expect, it } from 'vitest';
import { closestOnLine, closestPoint } from '../../../src-renderer/lib/closest-point.ts';

const LINE = [
  { x: 0, y: 0 },
  { x: 100, y: 0 },
  { x: 200, y: 100 },
];

describe('the point that is meant', () => {
  it('on a line is the nearer end of the piece under the pointer, however far apart its points are', () => {
    expect(closestOnLine(LINE, { x: 40, y: 3 })).toEqual({ index: 0, distance: 3 });
    expect(closestOnLine(LINE, { x: 60, y: 3 })).toEqual({ index: 1, distance: 3 });
    // Half-way up the slope of 45 degrees, 10 to its right: 10 / sqrt(2) away.
    expect(closestOnLine(LINE, { x: 160, y: 50 })?.distance).toBeCloseTo(10 / Math.SQRT2);
  });

  it('beside a line is its end', () => {
    expect(closestOnLine(LINE, { x: -3, y: 4 })).toEqual({ index: 0, distance: 5 });
    expect(closestOnLine(LINE, { x: 203, y: 104 })).toEqual({ index: 2, distance: 5 });
    expect(closestOnLine([], { x: 0, y: 0 })).toBeNull();
  });

  it('is never one without a value', () => {
    const broken = [LINE[0], { x: 100, y: Number.NaN, skip: true }, LINE[2]] as typeof LINE;
    expect(closestOnLine(broken, { x: 90, y: 0 })).toEqual({ index: 0, distance: 90 });
    expect(closestPoint(broken, { x: 99, y: 0 })?.index).toBe(0);
  });

  it('among single points is the nearest', () => {
    expect(closestPoint(LINE, { x: 190, y: 100 })).toEqual({ index: 2, distance: 10 });
    expect(closestPoint([], { x: 0, y: 0 })).toBeNull();
  });
});
