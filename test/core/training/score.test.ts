import { describe, expect, it } from 'vitest';
import { scoreLogits } from '#core/training/score.ts';

describe('scoreLogits', () => {
  it('sums the cross-entropy and counts wrong images', () => {
    // softmax(0, ln 3) = (1/4, 3/4): -ln 3/4 where the label is 1, -ln 1/4 where it is 0
    const logits = Float32Array.of(0, Math.log(3), 0, Math.log(3));
    const { lossSum, errors } = scoreLogits(logits, Int32Array.of(1, 0));
    expect(lossSum).toBeCloseTo(Math.log(4 / 3) + Math.log(4), 6);
    expect(errors).toBe(1);
  });

  it('stays finite for logits whose exponential is not', () => {
    expect(scoreLogits(Float32Array.of(1000, 0), Int32Array.of(1))).toEqual({
      lossSum: 1000,
      errors: 1,
      topFiveErrors: 0,
      classes: 2,
      predictions: Int32Array.of(0),
    });
  });

  it('counts an image as wrong where its logits are no numbers', () => {
    const { lossSum, errors } = scoreLogits(Float32Array.of(Number.NaN, Number.NaN), Int32Array.of(0));
    expect(lossSum).toBeNaN();
    expect(errors).toBe(1);
  });
});
