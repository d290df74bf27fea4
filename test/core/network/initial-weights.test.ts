import { describe, expect, it } from 'vitest';
import { initialWeights } from '#core/network/initial-weights.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';

const IMAGES = { height: 32, width: 32, channels: 3 };

function weightsOf(model: ModelSpec, seed: number): ReadonlyMap<string, Float32Array> {
  return initialWeights(buildNetwork(model, IMAGES, 10), model.kind, seed);
}

function valuesOf(weights: ReadonlyMap<string, Float32Array>, name: string): Float32Array {
  const values = weights.get(name);
  if (values === undefined) throw new Error(`no ${name}`);
  return values;
}

function moments(values: Float32Array): { mean: number; std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

const vggNetwork = buildNetwork({ kind: 'vgg', depth: 16, dropout: 0.5 }, IMAGES, 10);
const vggWeights = initialWeights(vggNetwork, 'vgg', 1);
const WIDE = { kind: 'wide-resnet', depth: 10, width: 4, skip: true } as const;

describe('initialWeights', () => {
  it('draws convolutions with the deviation sqrt(2 / (height * width * filters))', () => {
    const weights = weightsOf(WIDE, 1);
    // 3 x 3 x 128 x 256 values: the deviation of the estimate is std / sqrt(2 n), 0.13 %.
    const expected = Math.sqrt(2 / (9 * 256));
    const { mean, std } = moments(valuesOf(weights, 'group3.block1.conv1.kernel'));
    expect(std / expected).toBeCloseTo(1, 2);
    expect(Math.abs(mean)).toBeLessThan((4 * expected) / Math.sqrt(9 * 128 * 256));
  });

  it('draws dense weights uniformly up to 1 / sqrt(in), for VGG normally with deviation 0.01', () => {
    const uniform = valuesOf(weightsOf(WIDE, 1), 'head.dense.kernel');
    const bound = 1 / Math.sqrt(256);
    expect(Math.max(...uniform)).toBeLessThanOrEqual(bound);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(-bound);
    expect(moments(uniform).std / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
    const normal = valuesOf(vggWeights, 'head.dense1.kernel');
    expect(moments(normal).std / 0.01).toBeCloseTo(1, 2);
    // 0.27 % of a normal distribution lie beyond three deviations.
    expect(normal.filter((value) => Math.abs(value) > 0.03).length / normal.length).toBeCloseTo(0.0027, 3);
  });

  it('draws the dense part of a resnet, and its bias, uniformly up to 1 / sqrt(in), as PyTorch does', () => {
    const weights = weightsOf({ kind: 'resnet', depth: 18, stem: 'small' }, 1);
    const bound = 1 / Math.sqrt(512);
    for (const name of ['head.dense.kernel', 'head.dense.bias']) {
      const values = valuesOf(weights, name);
      expect(values.every((value) => Math.abs(value) <= bound)).toBe(true);
      expect(Math.max(...values)).toBeGreaterThan(0.3 * bound);
      expect(new Set(values).size).toBeGreaterThan(9);
    }
    // 3 x 3 x 512 x 512 values.
    const { std } = moments(valuesOf(weights, 'layer4.1.conv2.kernel'));
    expect(std / Math.sqrt(2 / (9 * 512))).toBeCloseTo(1, 2);
  });

  it('begins batch norm as the identity, and every bias at 0', () => {
    const constants: Record<string, number> = { 'bn-gamma': 1, 'bn-beta': 0, 'bn-mean': 0, 'bn-variance': 1 };
    for (const { name, kind, shape } of describeNetwork(vggNetwork).flatMap((layer) => layer.variables)) {
      const values = valuesOf(vggWeights, name);
      expect(values.length).toBe(shape.reduce((size, side) => size * side, 1));
      const constant = kind === 'dense-bias' ? 0 : constants[kind];
      if (constant !== undefined) expect(new Set(values)).toEqual(new Set([constant]));
    }
  });

  it('shares draws between networks with the same variables, and between no two variables or seeds', () => {
    const withShortcuts = weightsOf(WIDE, 1);
    const plain = weightsOf({ ...WIDE, skip: false }, 1);
    expect(plain.size).toBeLessThan(withShortcuts.size);
    for (const [name, values] of plain) expect(values).toEqual(withShortcuts.get(name));
    expect(weightsOf(WIDE, 1)).toEqual(withShortcuts);
    expect(weightsOf(WIDE, 2).get('stem.conv.kernel')).not.toEqual(withShortcuts.get('stem.conv.kernel'));
    const firsts = [...withShortcuts].filter(([name]) => name.endsWith('.kernel')).map(([, values]) => values[0]);
    expect(new Set(firsts).size).toBe(firsts.length);
  });
});
