import { describe, expect, it } from 'vitest';
import type { CurvePoints } from '../../../src-renderer/lib/curve-editing.ts';
import { CurveEditing } from '../../../src-renderer/state/curve-editor.svelte.ts';

/** An editor and the curve that it edits. */
function editor() {
  let points: CurvePoints = [
    [0, 0.2],
    [0.5, 0.6],
    [1, 1],
  ];
  const editing = new CurveEditing(
    () => points,
    (changed) => {
      points = changed;
    },
  );
  return { editing, points: () => points };
}

const key = (name: string, shiftKey = false) => ({ key: name, shiftKey });

describe('editing a curve with mouse and keys', () => {
  it('drags only what is held', () => {
    const { editing, points } = editor();
    editing.drag([0.3, 0.3]);
    expect(points()[1]).toEqual([0.5, 0.6]);
    editing.hold(1);
    editing.drag([0.3, 0.3]);
    editing.release();
    editing.drag([0.9, 0.9]);
    expect(points()[1]).toEqual([0.3, 0.3]);
  });

  it('says where the focus belongs after a key, and leaves other keys alone', () => {
    const { editing, points } = editor();
    expect(editing.press(1, key('ArrowUp'))).toBe(1);
    expect(points()[1]).toEqual([0.5, 0.65]);
    expect(editing.press(1, key('ArrowUp', true))).toBe(1);
    expect(points()[1]).toEqual([0.5, 0.655]);
    expect(editing.press(1, key('Tab'))).toBeNull();
    expect(editing.press(1, key('Delete'))).toBe(0);
    expect(points()).toHaveLength(2);
    expect(editing.press(0, key('Backspace'))).toBe(0);
    expect(points()).toHaveLength(2);
  });

  it('adds in the widest gap without a mouse, and nowhere where there is no room', () => {
    const { editing, points } = editor();
    expect(editing.add()).toBe(1);
    expect(points()[1]).toEqual([0.25, 0.4]);
    expect(editing.add([-1, 0.5])).toBeNull();
  });
});
