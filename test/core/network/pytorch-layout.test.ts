import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPyTorchLayout } from '#core/network/pytorch-layout.ts';

function counting(length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => index);
}

describe('toPyTorchLayout', () => {
  it('lays convolutions out as [out, in, height, width]', () => {
    const side = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(side, side, side, side, (height, width, inputs, outputs) => {
        const values = counting(height * width * inputs * outputs);
        const torch = toPyTorchLayout({ shape: [height, width, inputs, outputs], values });
        expect(torch.shape).toEqual([outputs, inputs, height, width]);
        torch.values.forEach((value, position) => {
          const w = position % width;
          const h = Math.floor(position / width) % height;
          const i = Math.floor(position / (width * height)) % inputs;
          const o = Math.floor(position / (width * height * inputs));
          expect(value).toBe(((h * width + w) * inputs + i) * outputs + o);
        });
      }),
    );
  });

  it('lays dense weights out as [out, in] and leaves vectors alone', () => {
    const dense = toPyTorchLayout({ shape: [2, 3], values: counting(6) });
    expect(dense).toEqual({ shape: [3, 2], values: Float32Array.of(0, 3, 1, 4, 2, 5) });
    const vector = { shape: [3], values: counting(3) };
    expect(toPyTorchLayout(vector)).toBe(vector);
  });
});
