import { expect, it } from 'vitest';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { TrainingGraph } from '../../src-main/tensorflow/training-graph.ts';
import { oracleOutputs } from '../support/oracle-ops.ts';
import { BATCH_SIZE, formulaBatch, formulaWeights } from '../support/session-fixture.ts';

const models: readonly (readonly [ModelSpec, number])[] = [
  [{ kind: 'densenet-bc', depth: 10, growth: 4 }, 12],
  [{ kind: 'wide-resnet', depth: 10, width: 1, skip: true }, 12],
  [{ kind: 'wide-resnet', depth: 10, width: 1, skip: false }, 12],
  [{ kind: 'vgg', depth: 16, dropout: 0.5 }, 32],
];
const STEM = { filters: 16, size: 7, stride: 2 } as const;
const DEPTHWISE = { filters: 16, size: 3, stride: 2, depthwise: true } as const;
const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 };

/** Layers in which every operation that may be merged has one to be merged with. */
const merged: Network = {
  input: { height: 13, width: 13, channels: 3 },
  classes: 4,
  layers: [
    { name: 'stem', forward: (ops, x) => ops.relu(ops.batchNorm(ops.conv2d(x, 'stem.conv', STEM), 'stem.bn')) },
    {
      name: 'depthwise',
      forward: (ops, x) => ops.relu6(ops.batchNorm(ops.conv2d(x, 'depthwise.conv', DEPTHWISE), 'depthwise.bn')),
    },
    {
      name: 'biased',
      forward: (ops, x) => {
        const depthwise = ops.relu6(ops.conv2d(x, 'biased.conv1', { ...DEPTHWISE, stride: 1, bias: true }));
        const pointwise = ops.conv2d(depthwise, 'biased.conv2', { filters: 16, size: 1, stride: 1, bias: true });
        return ops.relu(ops.batchNorm(pointwise, 'biased.bn'));
      },
    },
    {
      name: 'behind',
      forward: (ops, x) =>
        ops.conv2d(ops.batchNorm(x, 'behind.bn'), 'behind.conv', { filters: 8, size: 1, stride: 1, bias: true }),
    },
    {
      name: 'depthwiseBehind',
      forward: (ops, x) =>
        ops.conv2d(ops.batchNorm(x, 'depthwiseBehind.bn'), 'depthwiseBehind.conv', {
          ...{ filters: 8, size: 1, stride: 1, depthwise: true },
        }),
    },
    {
      name: 'pool',
      forward: (ops, x) => ops.maxPool(ops.adaptiveAveragePool(x, 5), { size: 3, stride: 2, padding: 1 }),
    },
    { name: 'head', forward: (ops, x) => ops.dense(ops.flatten(x), 'head.dense', 4) },
  ],
};

it('the frozen layers of every merged operation give what batch norms on their own give', () => {
  expectOracleOutputs(merged);
});

// VGG's are compared with PyTorch's in reference.test.ts.
it.each(models.slice(0, 3))('the frozen layers of %o give what batch norms on their own give', (model, side) => {
  expectOracleOutputs(buildNetwork(model, { height: side, width: side, channels: 3 }, 4));
});

function expectOracleOutputs(network: Network): void {
  const { binding } = loadTensorFlow('cpu');
  const session = createGraphSession(binding, { network, optimizer, seed: 1, batchSize: BATCH_SIZE });
  const weights = formulaWeights(network);
  session.restore(weights, new Map());
  const { images, labels } = formulaBatch(network, 0);
  for (const [layer, expected] of oracleOutputs({ network, weights, images, labels }).entries()) {
    const actual = session.advance(images, BATCH_SIZE, { from: 0, to: layer + 1 });
    const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-3);
    const difference = expected.reduce(
      (largest, value, index) => Math.max(largest, Math.abs(value - actual[index])),
      0,
    );
    expect(difference / scale, `layer ${layer}`).toBeLessThan(2e-5);
  }
  session.dispose();
}

it.each([
  ['conv, norm, ReLU of VGG', models[3], 'inference_1', '_FusedConv2D', []],
  ['norm and 1x1 conv of a transition', models[0], 'inference_2', 'BiasAdd', []],
  // Its first norm stands before a ReLU: it cannot go into the convolution.
  ['1x1 conv, norm, ReLU of a bottleneck', models[0], 'inference_1', '_FusedConv2D', ['_FusedBatchNormEx']],
  ['the same where products are steady', models[0], 'inference_1', '_FusedMatMul', ['_FusedBatchNormEx']],
] as const)('%s are one operation', (_, [model, side], name, operation, norms) => {
  const network = buildNetwork(model, { height: side, width: side, channels: 3 }, 4);
  const options = {
    usesGpu: false,
    fusesActivations: true,
    remembersMaxima: true,
    keepsBits: true,
    hasSteadyProducts: operation === '_FusedMatMul',
    putsChannelsFirst: false,
    optimizesFunctions: false,
    sumsGradients: false,
  };
  const graph = new TrainingGraph({ network, optimizer, batchSize: BATCH_SIZE, movesStatistics: false, ...options });
  const body = graph.functions.find((of) => of.name === name)?.body;
  const operations = body?.nodes.map(({ operation }) => operation) ?? [];
  expect(operations).toContain(operation);
  expect(operations.filter((other) => /BatchNorm/.test(other))).toEqual(norms);
});
