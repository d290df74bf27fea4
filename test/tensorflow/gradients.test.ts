import { describe, expect, it } from 'vitest';
import { HALVING } from '#core/network/kernels.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Layer, Network, Ops } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { NamedArrays } from '#core/training/session.ts';
import { graphDevice } from '../../src-main/tensorflow/graph-device.ts';
import { oracleStep } from '../support/oracle-ops.ts';
import { fillReferenceVariables, referenceBatch } from '../support/reference.ts';
import { dropoutMask, SessionStep } from '../support/session-step.ts';

/** Share of the largest element of a variable's gradient: float32 sums in another order. */
const TOLERANCE = 1e-4;
const CLASSES = 4;

const DEPTHWISE = { filters: 5, depthwise: true } as const;

type Operation = <T>(ops: Ops<T>, input: T) => T;

const imageOperations: Readonly<Record<string, Operation>> = {
  'conv 1x1': (ops, x) => ops.conv2d(x, 'middle.conv', { filters: 5, size: 1, stride: 1 }),
  'conv 3x3': (ops, x) => ops.conv2d(x, 'middle.conv', { filters: 5, size: 3, stride: 1 }),
  'conv 1x1 at stride 2': (ops, x) => ops.conv2d(x, 'middle.conv', { filters: 5, size: 1, stride: 2 }),
  'conv 3x3 at stride 2': (ops, x) => ops.conv2d(x, 'middle.conv', { filters: 5, size: 3, stride: 2 }),
  'batch norm': (ops, x) => ops.relu(ops.batchNorm(x, 'middle.bn')),
  relu: (ops, x) => ops.relu(x),
  'conv 7x7 at stride 2': (ops, x) => ops.conv2d(x, 'middle.conv', { filters: 5, size: 7, stride: 2 }),
  'conv 3x3 of few pixels': (ops, x) =>
    ops.conv2d(ops.averagePool(x, { size: 6, stride: 6, padding: 0 }), 'middle.conv', {
      filters: 5,
      size: 3,
      stride: 1,
    }),
  'conv 3x3 without padding': (ops, x) => ops.conv2d(x, 'middle.conv', { filters: 5, size: 3, stride: 1, padding: 0 }),
  'conv 2x2 at stride 2 without padding': (ops, x) =>
    ops.conv2d(x, 'middle.conv', { filters: 5, size: 2, stride: 2, padding: 0 }),
  'conv 3x3 at stride 3 with wide padding': (ops, x) =>
    ops.conv2d(x, 'middle.conv', { filters: 5, size: 3, stride: 3, padding: 2 }),
  'conv 3x3 with wide padding': (ops, x) =>
    ops.conv2d(x, 'middle.conv', { filters: 5, size: 3, stride: 1, padding: 2 }),
  'conv 1x1 with padding': (ops, x) => ops.conv2d(x, 'middle.conv', { filters: 5, size: 1, stride: 1, padding: 1 }),
  'conv 3x3 with a bias': (ops, x) => ops.conv2d(x, 'middle.conv', { filters: 5, size: 3, stride: 1, bias: true }),
  'conv 1x1 with a bias': (ops, x) => ops.conv2d(x, 'middle.conv', { filters: 5, size: 1, stride: 1, bias: true }),
  'depthwise 3x3': (ops, x) => ops.conv2d(x, 'middle.conv', { ...DEPTHWISE, size: 3, stride: 1 }),
  'depthwise 3x3 at stride 2': (ops, x) => ops.conv2d(x, 'middle.conv', { ...DEPTHWISE, size: 3, stride: 2 }),
  'depthwise 5x5 at stride 2': (ops, x) => ops.conv2d(x, 'middle.conv', { ...DEPTHWISE, size: 5, stride: 2 }),
  'depthwise 3x3 without padding, with a bias': (ops, x) =>
    ops.conv2d(x, 'middle.conv', { ...DEPTHWISE, size: 3, stride: 1, padding: 0, bias: true }),
  'depthwise 1x1': (ops, x) => ops.conv2d(x, 'middle.conv', { ...DEPTHWISE, size: 1, stride: 1 }),
  relu6: (ops, x) => ops.relu6(ops.conv2d(x, 'middle.conv', { filters: 5, size: 3, stride: 1 })),
  'batch norm and relu6': (ops, x) => ops.relu6(ops.batchNorm(x, 'middle.bn')),
  'max pool': (ops, x) => ops.maxPool(x, HALVING),
  'max pool 3x3 at stride 2 with padding': (ops, x) => ops.maxPool(x, { size: 3, stride: 2, padding: 1 }),
  'max pool 3x3 at stride 2': (ops, x) => ops.maxPool(x, { size: 3, stride: 2, padding: 0 }),
  'max pool 3x3 at stride 1 with padding': (ops, x) => ops.maxPool(x, { size: 3, stride: 1, padding: 1 }),
  'average pool': (ops, x) => ops.averagePool(x, HALVING),
  'average pool 3x3 at stride 2 with padding': (ops, x) => ops.averagePool(x, { size: 3, stride: 2, padding: 1 }),
  'adaptive average pool to fewer pixels': (ops, x) => ops.adaptiveAveragePool(x, 4),
  'adaptive average pool to more pixels': (ops, x) =>
    ops.relu(ops.batchNorm(ops.adaptiveAveragePool(x, 9), 'middle.bn')),
  'adaptive average pool to as many pixels': (ops, x) => ops.adaptiveAveragePool(x, 6),
  'a dense part that gives an image': (ops, x) => ops.relu(ops.pixel(ops.dense(ops.flatten(x), 'middle.dense', 6))),
  pad: (ops, x) => ops.relu(ops.batchNorm(ops.pad(x, 2), 'middle.bn')),
  'concat of one tensor by two ways': (ops, x) => ops.relu(ops.batchNorm(ops.concat(ops.relu(x), x), 'middle.bn')),
  'concat of a constant when the stem is frozen': (ops, x) =>
    ops.concat(x, ops.conv2d(x, 'middle.conv', { filters: 2, size: 1, stride: 1 })),
  'add of one tensor by two ways': (ops, x) => ops.add(ops.relu(x), x),
  'add of a tensor to itself': (ops, x) => ops.add(x, x),
  'dropout of an image': (ops, x) => ops.dropout(x, 'middle.dropout', 0.4),
};

const vectorOperations: Readonly<Record<string, Operation>> = {
  dense: (ops, x) => ops.relu(ops.dense(x, 'middle.dense', 6)),
  'batch norm of vectors': (ops, x) => ops.relu(ops.batchNorm(x, 'middle.bn')),
  'dropout of vectors': (ops, x) => ops.dropout(ops.dense(x, 'middle.dense', 6), 'middle.dropout', 0.4),
};

const stem: Layer = {
  name: 'stem',
  forward: (ops, x) => ops.conv2d(x, 'stem.conv', { filters: 5, size: 3, stride: 1 }),
};
const head: Layer = { name: 'head', forward: (ops, x) => ops.dense(ops.globalMean(x), 'head.dense', CLASSES) };

/** The operation behind a convolution, which its input gradient has to reach, and before a classifier. */
function around(operation: Operation, side: number, ofVectors: boolean): Network {
  const middle: Layer = { name: 'middle', forward: operation };
  const vectorHead: Layer = {
    name: 'head',
    forward: (ops, x) => ops.dense(operation(ops, ops.globalMean(x)), 'head.dense', CLASSES),
  };
  const layers = ofVectors ? [stem, vectorHead] : [stem, middle, head];
  return { input: { height: side, width: side, channels: 3 }, classes: CLASSES, layers };
}

describe('the gradient of one operation agrees with autodiff', () => {
  it.each(Object.entries(imageOperations))('%s', (_, operation) => {
    for (const side of [6, 7]) {
      expectSameSteps(around(operation, side, false), [0, 1]);
    }
  });

  it.each(Object.entries(vectorOperations))('%s', (_, operation) => {
    expectSameSteps(around(operation, 6, true), [0, 1]);
  });
});

const models: readonly ModelSpec[] = [
  { kind: 'densenet-bc', depth: 10, growth: 4 },
  { kind: 'wide-resnet', depth: 10, width: 1, skip: true },
  { kind: 'wide-resnet', depth: 10, width: 1, skip: false },
];

describe('the gradients of a network agree with autodiff at every freeze depth', () => {
  it.each(models)('$kind, $depth', (model) => {
    const network = buildNetwork(model, { height: 8, width: 8, channels: 3 }, CLASSES);
    expectSameSteps(network, [...network.layers.keys()]);
  });
});

it('the gradient of a flattened image agrees with autodiff', () => {
  const flatHead: Layer = {
    name: 'head',
    forward: (ops, x) => ops.dense(ops.flatten(ops.relu(x)), 'head.dense', CLASSES),
  };
  const network = { input: { height: 5, width: 5, channels: 3 }, classes: CLASSES, layers: [stem, flatHead] };
  expectSameSteps(network, [0, 1]);
});

describe.runIf(graphDevice(false).remembersMaxima)(
  "oneDNN's gradient of a max pooling has the bits of TensorFlow's own",
  () => {
    it.each([
      ['2x2 at stride 2', HALVING],
      ['3x3 at stride 2 with padding', { size: 3, stride: 2, padding: 1 }],
      ['3x3 at stride 1 with padding', { size: 3, stride: 1, padding: 1 }],
    ])('%s', (_, pooling) => {
      // A ReLU leaves windows of equal pixels; without one, there are windows of negative pixels alone.
      for (const before of [(ops, x) => ops.relu(x), (_ops, x) => x] as const satisfies readonly Operation[]) {
        const of = smallCase(around((ops, x) => ops.maxPool(before(ops, x), pooling), 7, false));
        const device = graphDevice(false);
        const [places, own] = [true, false].map((remembersMaxima) => {
          const session = new SessionStep(of, { ...device, remembersMaxima });
          const { gradients } = session.train(0);
          session.dispose();
          return gradients;
        });
        expect(places).toEqual(own);
      }
    });
  },
);

function expectSameSteps(network: Network, depths: readonly number[]): void {
  const trainingCase = smallCase(network);
  const session = new SessionStep(trainingCase);
  for (const frozenLayers of depths) {
    const step = session.train(frozenLayers);
    const oracle = oracleStep({ ...trainingCase, frozenLayers, maskOf: dropoutMask });
    expect(step.loss, `${frozenLayers} frozen`).toBeCloseTo(oracle.loss, 5);
    expectSameArrays(step.gradients, oracle.gradients);
    expectSameArrays(step.statistics, oracle.statistics);
  }
  session.dispose();
}

function smallCase(network: Network) {
  const variables = describeNetwork(network).flatMap(({ variables }) => variables);
  const values = fillReferenceVariables(variables);
  const weights = new Map(variables.map(({ name }, index) => [name, values[index]]));
  const { height, width, channels } = network.input;
  return {
    network,
    weights,
    ...referenceBatch(0, { batchSize: 3, input: [height, width, channels], classes: CLASSES }),
  };
}

function expectSameArrays(actual: NamedArrays, expected: NamedArrays): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, values] of expected) {
    const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-3);
    const difference = values.reduce(
      (largest, value, index) => Math.max(largest, Math.abs(value - (actual.get(name)?.[index] ?? Number.NaN))),
      0,
    );
    expect(difference / scale, name).toBeLessThan(TOLERANCE);
  }
}
