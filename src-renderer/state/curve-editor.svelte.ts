import type { CurvePoint } from '#core/policy/schedule.ts';
import type { CurvePoints } from '../lib/curve-editing.ts';
import { addPoint, arrowTarget, isRemovable, movePoint, removePoint, widestGap } from '../lib/curve-editing.ts';

/** What mouse and keys do to a curve that somebody else keeps. */
export class CurveEditing {
  /** The point that the mouse holds. */
  #held = $state<number | null>(null);
  readonly #points: () => CurvePoints;
  readonly #change: (points: CurvePoints) => void;

  constructor(points: () => CurvePoints, change: (points: CurvePoints) => void) {
    this.#points = points;
    this.#change = change;
  }

  get held(): number | null {
    return this.#held;
  }

  hold(index: number): void {
    this.#held = index;
  }

  release(): void {
    this.#held = null;
  }

  drag(target: CurvePoint): void {
    if (this.#held !== null) this.move(this.#held, target);
  }

  move(index: number, target: CurvePoint): void {
    this.#change(movePoint(this.#points(), index, target));
  }

  /** Adds a point where it is asked for, else in the widest gap; returns its place, null where it has no room. */
  add(target: CurvePoint = widestGap(this.#points())): number | null {
    const { points, index } = addPoint(this.#points(), target);
    if (index !== null) this.#change(points);
    return index;
  }

  remove(index: number): boolean {
    if (!isRemovable(this.#points(), index)) return false;
    this.#change(removePoint(this.#points(), index));
    return true;
  }

  /** The point that the focus belongs to after the key: another one where it was removed. Null for a key that is not ours. */
  press(index: number, { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): number | null {
    if (key === 'Delete' || key === 'Backspace') return this.remove(index) ? index - 1 : index;
    const target = arrowTarget(this.#points()[index], key, shiftKey);
    if (target === null) return null;
    this.move(index, target);
    return index;
  }
}
