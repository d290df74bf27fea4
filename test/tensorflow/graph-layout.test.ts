import { beforeEach, describe, expect, it, vi } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import type { NamedArrays, TrainingSession } from '#core/training/session.ts';
import type { GraphDevice } from '../../src-main/tensorflow/graph-device.ts';
import { graphDevice } from '../../src-main/tensorflow/graph-device.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { NODES } from '../../src-main/tensorflow/training-graph.ts';
import { STEP_NODES } from '../../src-main/tensorflow/training-step.ts';
import { copiesOf } from '../support/gpu-copies.ts';
import type { BuiltCase } from '../support/gpu-graphs.ts';
import { EVERY_NETWORK, graphsOf, nodesOf } from '../support/gpu-graphs.ts';
import { gpuKernelOf, gpuRegistry } from '../support/gpu-registry.ts';
import { formulaBatch, formulaWeights } from '../support/session-fixture.ts';

// A processor has some of these operations for channels-last images alone.
let isComputedLast = false;
vi.mock('../../src-main/tensorflow/graph-layout.ts', async (original) => {
  const { putChannelsFirst } = await original<typeof import('../../src-main/tensorflow/graph-layout.ts')>();
  const { computeChannelsLast } = await import('../support/channels-last-kernels.ts');
  return {
    putChannelsFirst: (...of: Parameters<typeof putChannelsFirst>) => {
      putChannelsFirst(...of);
      if (isComputedLast) computeChannelsLast(of[0]);
    },
  };
});

const BATCH_SIZE = 2;
const TOLERANCE = 2e-3;
const { binding } = loadTensorFlow('cpu');

beforeEach(() => {
  isComputedLast = false;
});

function sessionOf(network: Network, form: Partial<GraphDevice>): TrainingSession {
  const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0 };
  const settings = { network, optimizer, seed: 1, batchSize: BATCH_SIZE };
  return createGraphSession(binding, settings, { ...graphDevice(true), ...form });
}

interface StepAsked {
  readonly network: Network;
  readonly weights: NamedArrays;
  readonly frozenLayers: number;
  /** Whether the output of the frozen layers is handed on as a cache would. */
  readonly isKept: boolean;
}

function stepOf(session: TrainingSession, { network, weights, frozenLayers, isKept }: StepAsked) {
  session.restore(weights, new Map());
  const batch = formulaBatch(network, 0, BATCH_SIZE);
  const frozen = { from: 0, to: frozenLayers };
  const prefixOutput = isKept ? session.advance(batch.images, BATCH_SIZE, frozen).slice() : undefined;
  const learningRates = new Array<number>(network.layers.length).fill(0.1);
  const loss = session.train({ batch, step: 7, frozenLayers, learningRates, readsLoss: true, prefixOutput });
  return { loss, total: session.lossTotal(), gradients: session.optimizerState().get('momentum') ?? new Map() };
}

/** All freeze depths; of a network of more layers, which repeat one another, eight of them. */
function depthsOf({ layers }: Network): readonly number[] {
  return layers.length > 16 ? someDepthsOf({ layers }, 8) : [...layers.keys()];
}

function someDepthsOf({ layers }: Pick<Network, 'layers'>, count: number): readonly number[] {
  const each = Math.ceil(layers.length / count);
  return [...layers.keys()].filter((depth) => depth % each === 0);
}

function expectSameSteps(network: Network, form: Partial<GraphDevice>, depths = depthsOf(network)): void {
  const [changed, usual] = [sessionOf(network, form), sessionOf(network, {})];
  const { images } = formulaBatch(network, 0, BATCH_SIZE);
  const weights = formulaWeights(network);
  const half = depths[Math.round(depths.length / 2)];
  for (const frozenLayers of depths) {
    for (const isKept of frozenLayers === half ? [false, true] : [false]) {
      const [actual, expected] = [changed, usual].map((of) => stepOf(of, { network, weights, frozenLayers, isKept }));
      const at = `${frozenLayers} frozen${isKept ? ', their output kept' : ''}`;
      expect(actual.loss, at).toBeCloseTo(expected.loss ?? Number.NaN, 4);
      expect(actual.total, at).toEqual({ sum: actual.loss, finiteSteps: 1 });
      expect([...actual.gradients.keys()], at).toEqual([...expected.gradients.keys()]);
      const largest = Math.max(...[...expected.gradients.values()].map(lengthOf));
      for (const [name, values] of expected.gradients) {
        expect(difference(actual.gradients.get(name), values, largest), `${name}, ${at}`).toBeLessThan(TOLERANCE);
      }
    }
  }
  const [actual, expected] = [changed, usual].map((of) => {
    of.restore(weights, new Map());
    return of.advance(images, BATCH_SIZE, { from: 0, to: network.layers.length });
  });
  expect(difference(actual, expected)).toBeLessThan(TOLERANCE);
  for (const session of [changed, usual]) session.dispose();
}

const networkOf = ({ model, side }: BuiltCase) => buildNetwork(model, { height: side, width: side, channels: 3 }, 4);

/** Every kind of network; narrow where it can be, since there the number of channels changes nothing. */
const CASES = EVERY_NETWORK.map(({ model, side }): BuiltCase => {
  const isNarrow = model.kind === 'vgg' || model.kind === 'vgg-16-bn' || model.kind === 'mobilenet-v2';
  return { model: isNarrow ? { ...model, width: 0.25 } : model, side };
});

describe('channels that come first give the same losses and gradients at every freeze depth', () => {
  it.each(CASES)('of $model', (of) => {
    isComputedLast = true;
    expectSameSteps(networkOf(of), { putsChannelsFirst: true });
  });

  it('of a DenseNet whose images a processor computes as they lie', () => {
    expectSameSteps(networkOf(EVERY_NETWORK[0]), { putsChannelsFirst: true });
  });
});

// It takes longer for a function than a step does.
describe("TensorFlow's optimizer gives the same losses and gradients at some freeze depths", () => {
  it.each(EVERY_NETWORK.filter(({ model }) => model.kind === 'densenet-bc' || model.kind === 'wide-resnet'))(
    'of $model',
    (of) => {
      const network = networkOf(of);
      expectSameSteps(network, { optimizesFunctions: true }, someDepthsOf(network, 3));
    },
  );

  it('of a DenseNet whose channels come first', () => {
    const network = networkOf(EVERY_NETWORK[0]);
    expectSameSteps(network, { putsChannelsFirst: true, optimizesFunctions: true }, someDepthsOf(network, 3));
  });
});

describe('with channels first', () => {
  const registry = gpuRegistry();

  it.each(EVERY_NETWORK)('a GPU has a kernel for each node of $model, and copies no more', (of) => {
    for (const { name, graph, layers } of graphsOf(of, true, { putsChannelsFirst: true })) {
      const nodes = nodesOf(graph);
      const lacking = new Set(nodes.flatMap((node) => (gpuKernelOf(registry, node) === null ? [node.operation] : [])));
      expect([...lacking], name).toEqual([]);
      const orders = new Set(nodes.map(({ attributes: { data_format } }) => JSON.stringify(data_format ?? null)));
      expect(orders, name).toEqual(new Set(['null', '{"text":"NCHW"}']));
      const { in: copied, out } = copiesOf(graph, registry, { fetch: NODES.step });
      expect([[...copied].sort(), out], name).toEqual([
        [NODES.labels, NODES.layerNumbers, STEP_NODES.input].sort(),
        [],
      ]);
      const logits = NODES.boundary(layers);
      expect(copiesOf(graph, registry, { fetch: logits }), name).toEqual({ in: [NODES.boundary(0)], out: [logits] });
    }
  });

  it('layers of a residual network follow one another without a turn of their images', () => {
    const of = { model: { kind: 'wide-resnet', depth: 10, width: 2, skip: true }, side: 12 } as const;
    const [{ graph }] = graphsOf(of, true, { putsChannelsFirst: true });
    const turned = nodesOf(graph).flatMap(({ operation, inputs }) => (operation === 'Transpose' ? inputs[0].node : []));
    // The images of an evaluation and of a step, whose first layer runs in one of two modes; and the gradient of the global mean, which is one pixel's.
    expect(turned.filter((node) => !node.startsWith('Reshape')).sort()).toEqual([
      NODES.boundary(0),
      `handed/handed/${STEP_NODES.input}`,
      `handed/handed/${STEP_NODES.input}`,
    ]);
  });
});

/** Of a large array, this many values in equal distances. */
const LOOKED_AT = 10_000;

function sampled(values: Float32Array): Float32Array {
  const stride = Math.ceil(values.length / LOOKED_AT);
  const count = Math.floor(values.length / Math.max(stride, 1));
  return Float32Array.from({ length: count }, (_, place) => values[place * stride]);
}

function lengthOf(values: Float32Array): number {
  return Math.sqrt(sampled(values).reduce((sum, value) => sum + value * value, 0));
}

/** The largest difference, as a share of the length or of a small part of another one. */
function difference(actual: Float32Array = new Float32Array(), expected: Float32Array, whole = 0): number {
  const scale = Math.max(lengthOf(expected), whole / 1000);
  const others = sampled(actual);
  const largest = sampled(expected).reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (others[index] ?? Number.NaN))),
    0,
  );
  return largest / scale;
}
