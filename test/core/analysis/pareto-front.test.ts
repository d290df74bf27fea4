import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paretoFront } from '#core/analysis/pareto-front.ts';

describe('paretoFront', () => {
  it('keeps what nothing else beats: baseline, cheap saver, large saver', () => {
    const arms = [
      { saved: 0, cost: 0 },
      { saved: 0.2, cost: 0.3 },
      { saved: 0.2, cost: 0.4 },
      { saved: 0.1, cost: 0.35 },
      { saved: 0.4, cost: 1.2 },
    ];
    expect(paretoFront(arms)).toEqual([true, true, false, false, true]);
  });

  it('keeps both of two equals', () => {
    expect(
      paretoFront([
        { saved: 0.2, cost: 0.3 },
        { saved: 0.2, cost: 0.3 },
      ]),
    ).toEqual([true, true]);
  });

  it('leaves the baseline out where an arm is faster and no worse', () => {
    expect(
      paretoFront([
        { saved: 0, cost: 0 },
        { saved: 0.1, cost: 0 },
      ]),
    ).toEqual([false, true]);
  });

  it('does not let the unknown or NaN on the front, nor keep others off it', () => {
    const arms = [
      { saved: 0.1, cost: 0.1 },
      { saved: null, cost: -5 },
      { saved: 0.9, cost: Number.NaN },
    ];
    expect(paretoFront(arms)).toEqual([true, false, false]);
  });

  it('is a chain: on the front, what saves more costs more; off it, something is better', () => {
    const arm = fc.record({ saved: fc.integer({ min: -5, max: 9 }), cost: fc.integer({ min: -5, max: 9 }) });
    fc.assert(
      fc.property(fc.array(arm, { minLength: 1, maxLength: 12 }), (arms) => {
        const front = paretoFront(arms);
        arms.forEach((one, index) => {
          const beaten = arms.some(
            ({ saved, cost }) => saved >= one.saved && cost <= one.cost && (saved > one.saved || cost < one.cost),
          );
          expect(front[index]).toBe(!beaten);
        });
      }),
    );
  });
});
