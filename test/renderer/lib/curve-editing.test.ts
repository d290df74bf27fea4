import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policySchema } from '#core/policy/policy.ts';
import { RATIO_SHAPES } from '#core/policy/schedule.ts';
import type { CurvePoints } from '../../../src-renderer/lib/curve-editing.ts';
import {
  addPoint,
  arrowTarget,
  curveOf,
  movePoint,
  removePoint,
  widestGap,
} from '../../../src-renderer/lib/curve-editing.ts';

const LINE: CurvePoints = [
  [0, 0.2],
  [0.5, 0.6],
  [1, 1],
];

function isValid(points: CurvePoints): boolean {
  return policySchema.safeParse({ kind: 'freezeout', shape: 'curve', points, scaled: true }).success;
}

const anywhere = fc.double({ min: -2, max: 3, noNaN: true });
const shapes = fc.constantFrom('linear', 'squared', 'cubic');
const t0s = fc.double({ min: 0.001, max: 1, noNaN: true });

interface Edit {
  readonly index: number;
  readonly x: number;
  readonly ratio: number;
  readonly key: string;
  readonly isFine: boolean;
}

const EDITS = {
  move: (points: CurvePoints, { index, x, ratio }: Edit) => movePoint(points, index, [x, ratio]),
  add: (points: CurvePoints, { x, ratio }: Edit) => addPoint(points, [x, ratio]).points,
  gap: (points: CurvePoints) => addPoint(points, widestGap(points)).points,
  remove: (points: CurvePoints, { index }: Edit) => removePoint(points, index),
  key: (points: CurvePoints, { index, key, isFine }: Edit) =>
    movePoint(points, index, arrowTarget(points[index], key, isFine) ?? [0, 0]),
};

const edits = fc.array(
  fc.record({
    kind: fc.constantFrom(...(Object.keys(EDITS) as (keyof typeof EDITS)[])),
    index: fc.nat(12),
    x: anywhere,
    ratio: anywhere,
    key: fc.constantFrom('ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'),
    isFine: fc.boolean(),
  }),
  { maxLength: 60 },
);

describe('editing a curve', () => {
  it('keeps it a valid policy, whatever is done to it', () => {
    fc.assert(
      fc.property(shapes, t0s, edits, (shape, t0, steps) => {
        let points = curveOf(shape, t0);
        for (const edit of steps) {
          points = EDITS[edit.kind](points, { ...edit, index: edit.index % points.length });
          expect(isValid(points)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('stops a point at its neighbours', () => {
    expect(movePoint(LINE, 1, [0.3, 0.4])[1]).toEqual([0.3, 0.4]);
    expect(movePoint(LINE, 1, [2, 2])[1]).toEqual([0.999, 1]);
    expect(movePoint(LINE, 1, [-1, -1])[1]).toEqual([0.001, 0.2]);
  });

  it('keeps the first point at x = 0 and above r = 0, and the last one at [1, 1]', () => {
    expect(movePoint(LINE, 0, [0.4, -1])[0]).toEqual([0, 0.01]);
    expect(movePoint(LINE, 0, [0.4, 0.9])[0]).toEqual([0, 0.6]);
    expect(movePoint(LINE, 2, [0.5, 0.5])).toEqual(LINE);
  });

  it('adds a point where it is asked for, and says where it is', () => {
    expect(addPoint(LINE, [0.75, 0.7])).toEqual({ points: [...LINE.slice(0, 2), [0.75, 0.7], [1, 1]], index: 2 });
    expect(addPoint(LINE, [0.25, 0.9]).points[1]).toEqual([0.25, 0.6]);
    expect(addPoint(LINE, [-1, 0.5]).index).toBeNull();
    expect(addPoint(LINE, [1, 0.5]).index).toBeNull();
  });

  it('removes any point but the first and the last', () => {
    expect(removePoint(LINE, 1)).toEqual([LINE[0], LINE[2]]);
    expect(removePoint(LINE, 0)).toBe(LINE);
    expect(removePoint(LINE, 2)).toBe(LINE);
  });

  it('starts from any named shape, on it', () => {
    for (const [x, ratio] of curveOf('cubic', 0.5)) expect(ratio).toBeCloseTo(RATIO_SHAPES.cubic(0.5 + 0.5 * x), 3);
  });

  it('moves by 0.05, finely by 0.005, and knows only the arrows', () => {
    expect(arrowTarget([0.5, 0.5], 'ArrowUp', false)).toEqual([0.5, 0.55]);
    expect(arrowTarget([0.5, 0.5], 'ArrowLeft', true)).toEqual([0.495, 0.5]);
    expect(arrowTarget([0.5, 0.5], 'a', false)).toBeNull();
  });
});
