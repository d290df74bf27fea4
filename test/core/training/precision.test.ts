import { describe, expect, it } from 'vitest';
import { precisionMethods, precisionObstacle, precisionSchema } from '#core/training/precision.ts';

const EPYC = { on: 'cpu', name: 'AMD EPYC' } as const;
const CARD = { on: 'gpu', name: 'Tesla V100' } as const;

describe('a precision', () => {
  it('that is float32 is as none: specs of runs from before keep their hashes', () => {
    expect(precisionSchema.parse('float32')).toBeUndefined();
    expect(precisionSchema.parse('bf16')).toBe('bf16');
    expect(precisionSchema.safeParse('float16').success).toBe(false);
  });

  it.each([
    ['bf16', { ...EPYC, has: true }],
    ['bf16', { ...CARD, has: true }],
    ['tf32', { ...CARD, has: true }],
    ['tf32', { ...CARD, has: null }],
    [undefined, { ...EPYC, has: false }],
  ] as const)('%s is trained on %o', (precision, units) => {
    expect(precisionObstacle(precision, units)).toBeNull();
  });

  it.each([
    ['bf16', { ...EPYC, has: false }, /needs a processor with AVX-512 BF16 or AMX, and AMD EPYC has neither/],
    ['bf16', { ...CARD, has: false }, /compute capability 8\.0 or more, and Tesla V100 is older/],
    ['tf32', { ...CARD, has: false }, /compute capability 8\.0 or more, and Tesla V100 is older/],
    ['tf32', { ...EPYC, has: true }, /would train on a processor, which computes its products in float32/],
  ] as const)('%s is refused on %o, in a sentence that says what to do', (precision, units, words) => {
    const sentence = precisionObstacle(precision, units);
    expect(sentence).toMatch(words);
    expect(sentence).toMatch(/leave `precision` out/);
    expect(sentence?.match(/\.( |$)/g)).toHaveLength(1);
  });

  it('is told in the methods', () => {
    expect(precisionMethods('bf16')).toMatch(/batch norms and the loss are float32/);
    expect(precisionMethods('tf32')).toMatch(/TF32 \(10 bits/);
  });
});
