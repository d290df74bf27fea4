import { describe, expect, it } from 'vitest';
import { GradientTape } from '#core/network/gradient-tape.ts';
import { HALVING } from '#core/network/kernels.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Layer, Ops } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { isTrained } from '#core/network/variables.ts';
import { SymbolicKernels } from '../support/symbolic-kernels.ts';

/** Records layers on a constant input, and runs the backward pass. */
function trace(layers: readonly Layer[]) {
  const kernels = new SymbolicKernels();
  const tape = new GradientTape({ kernels, variable: (name) => name, dropoutKey: (name) => `${name}.key` });
  const output = layers.reduce((x, layer) => layer.forward(tape, x), 'input');
  const forwardCalls = kernels.calls.length;
  const { gradient } = kernels.meanCrossEntropy(output, 'labels');
  tape.backward(output, gradient);
  return { kernels, tape, output, backward: kernels.calls.slice(forwardCalls + 1) };
}

function backwardOf(forward: <T>(ops: Ops<T>, input: T) => T): readonly string[] {
  return trace([{ name: 'layer', forward }]).backward;
}

function count(calls: readonly string[], kernel: string): number {
  return calls.filter((call) => call === kernel).length;
}

const conv = { filters: 4, size: 3, stride: 1 } as const;
const models: readonly ModelSpec[] = [
  { kind: 'densenet-bc', depth: 22, growth: 4 },
  { kind: 'wide-resnet', depth: 16, width: 2, skip: true },
  { kind: 'vgg', depth: 16, dropout: 0.5 },
];

describe('the backward pass ends at the freeze boundary', () => {
  it('asks for no input gradient of the first convolution', () => {
    expect(backwardOf((ops, x) => ops.conv2d(ops.conv2d(x, 'a', conv), 'b', conv))).toEqual([
      'conv2dKernelGradient',
      'conv2dInputGradient',
      'conv2dKernelGradient',
    ]);
  });

  it('gives only gamma and beta where a batch norm comes first', () => {
    expect(backwardOf((ops, x) => ops.batchNorm(x, 'a'))).toEqual(['batchNormParameterGradients']);
  });

  it('does nothing for operations on the constant, as in a transition that begins with a ReLU', () => {
    expect(backwardOf((ops, x) => ops.batchNorm(ops.averagePool(ops.relu(x), HALVING), 'a'))).toEqual([
      'batchNormParameterGradients',
    ]);
  });

  it('takes only the active part of a concatenation', () => {
    expect(backwardOf((ops, x) => ops.concat(x, ops.conv2d(x, 'a', conv)))).toEqual([
      'trailingChannels',
      'conv2dKernelGradient',
    ]);
  });

  it('asks for the gradients of a kernel and a bias, but of no input, of a first depthwise convolution', () => {
    const depthwise = { ...conv, depthwise: true, bias: true };
    expect(backwardOf((ops, x) => ops.relu6(ops.conv2d(x, 'a', depthwise)))).toEqual([
      'relu6Gradient',
      'conv2dKernelGradient',
      'biasGradient',
    ]);
  });

  it('adds up the gradients of a tensor that is read twice', () => {
    const backward = backwardOf((ops, x) => {
      const first = ops.conv2d(x, 'a', conv);
      return ops.add(first, ops.conv2d(first, 'b', conv));
    });
    expect(backward).toEqual(['conv2dKernelGradient', 'conv2dInputGradient', 'add', 'conv2dKernelGradient']);
  });
});

describe.each(models)('a $kind', (model) => {
  const network = buildNetwork(model, { height: 32, width: 32, channels: 3 }, 10);
  const descriptions = describeNetwork(network);
  const depths = network.layers.map((_, frozenLayers) => frozenLayers);

  it('has gradients of just the trained variables of its active layers, at every freeze depth', () => {
    for (const frozenLayers of depths) {
      const { tape } = trace(network.layers.slice(frozenLayers));
      const active = descriptions.slice(frozenLayers).flatMap(({ variables }) => variables);
      const trained = active.filter(({ kind }) => isTrained(kind)).map(({ name }) => name);
      expect([...tape.gradients.keys()].sort()).toEqual(trained.sort());
      const moved = active.filter(({ kind }) => !isTrained(kind)).map(({ name }) => name);
      expect([...tape.statistics.keys()].sort()).toEqual(moved.sort());
    }
  });

  it('never asks for more kernels as more layers freeze, nor reads what it has released', () => {
    const lengths = depths.map((frozenLayers) => trace(network.layers.slice(frozenLayers)).backward.length);
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
  });

  it('needs an input gradient of every convolution but the first', () => {
    const { backward } = trace(network.layers);
    expect(count(backward, 'conv2dInputGradient')).toBe(count(backward, 'conv2dKernelGradient') - 1);
  });

  it('lets go of activations, but of no gradient of a variable', () => {
    const { kernels, tape, output } = trace(network.layers);
    expect(kernels.released).toContain(output);
    for (const gradient of [...tape.gradients.values(), ...tape.statistics.values()]) {
      expect(kernels.released).not.toContain(gradient);
    }
  });
});
