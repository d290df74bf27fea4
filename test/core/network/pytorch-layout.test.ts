import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variableKinds } from '#core/network/network.ts';
import { axesInPyTorch, inOurOrder, inPyTorchLayout, toPyTorchLayout } from '#core/network/pytorch-layout.ts';

function counting(length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => index);
}

describe('toPyTorchLayout', () => {
  it('lays convolutions out as [out, in, height, width]', () => {
    const side = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(side, side, side, side, (height, width, inputs, outputs) => {
        const values = counting(height * width * inputs * outputs);
        const torch = toPyTorchLayout({ shape: [height, width, inputs, outputs], values }, 'conv-kernel');
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

  it('lays depthwise convolutions out as [channels, 1, height, width]', () => {
    const torch = toPyTorchLayout({ shape: [1, 2, 3, 1], values: counting(6) }, 'depthwise-kernel');
    expect(torch).toEqual({ shape: [3, 1, 1, 2], values: Float32Array.of(0, 3, 1, 4, 2, 5) });
  });

  it('is undone where weights are read', () => {
    const values = counting(120);
    for (const [kind, shape] of [
      ['conv-kernel', [2, 3, 4, 5]],
      ['depthwise-kernel', [2, 3, 4, 5]],
      ['dense-kernel', [8, 15]],
    ] as const) {
      const torch = toPyTorchLayout({ shape, values }, kind);
      expect(inOurOrder(torch.values, axesInPyTorch(kind) ?? [], shape)).toEqual(values);
    }
    expect(axesInPyTorch('bn-gamma')).toBeNull();
  });

  it('lays dense weights out as [out, in] and leaves vectors alone', () => {
    const dense = toPyTorchLayout({ shape: [2, 3], values: counting(6) }, 'dense-kernel');
    expect(dense).toEqual({ shape: [3, 2], values: Float32Array.of(0, 3, 1, 4, 2, 5) });
    const vector = { shape: [3], values: counting(3) };
    expect(toPyTorchLayout(vector, 'dense-bias')).toBe(vector);
  });
});

describe('inPyTorchLayout', () => {
  const kinds = variableKinds({ kind: 'wide-resnet', depth: 10, width: 1, skip: true });

  it('lays each variable out by its kind, not by its shape', () => {
    const stem = { shape: [3, 3, 3, 16], values: counting(432) };
    const laidOut = inPyTorchLayout(new Map([['stem.conv.kernel', stem]]), kinds);
    expect(laidOut.get('stem.conv.kernel')?.shape).toEqual([16, 3, 3, 3]);
  });

  it('refuses a variable that the network does not have', () => {
    const other = new Map([['conv1.kernel', { shape: [1], values: counting(1) }]]);
    expect(() => inPyTorchLayout(other, kinds)).toThrow(/no variable conv1.kernel/);
  });
});
