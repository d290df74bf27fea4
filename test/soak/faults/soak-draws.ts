import { hashOf } from './fault-draws.ts';

/** The same numbers for the same text (a linear congruential generator). */
export class SoakDraws {
  #state: number;

  constructor(text: string) {
    this.#state = hashOf(text);
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * count);
  }

  among<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)];
  }

  isOneOf(count: number): boolean {
    return this.below(count) === 0;
  }
}
