import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import { NETWORKS } from '#core/network/networks.ts';
import { tensorflowVersion } from '../../src-main/setup/versions.mjs';
import { graphDevice } from '../../src-main/tensorflow/graph-device.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { NODES } from '../../src-main/tensorflow/training-graph.ts';
import { STEP_NODES } from '../../src-main/tensorflow/training-step.ts';
import type { Copies } from '../support/gpu-copies.ts';
import { copiesOf } from '../support/gpu-copies.ts';
import { EVERY_NETWORK, graphsOf, nodesOf } from '../support/gpu-graphs.ts';
import { gpuKernelOf, gpuRegistry } from '../support/gpu-registry.ts';
import { BATCH_SIZE, formulaBatch, formulaWeights } from '../support/session-fixture.ts';

const registry = gpuRegistry();
/** What of a graph a GPU has no kernel for. `test/bench/gpu-kernels.ts --write` tells the registry of operations that are new here. */
const lacking = (graph: Parameters<typeof nodesOf>[0]) =>
  new Set(nodesOf(graph).flatMap((node) => (gpuKernelOf(registry, node) === null ? [node.operation] : [])));

describe('a graph for a GPU', () => {
  it('is tried with every kind of network, on the registry of the version that is installed', () => {
    expect(new Set(EVERY_NETWORK.map(({ model }) => model.kind))).toEqual(new Set(NETWORKS.map(({ kind }) => kind)));
    expect(registry.tensorflow).toBe(tensorflowVersion);
  });

  it.each(EVERY_NETWORK)('of $model has a kernel for each of its nodes', (of) => {
    for (const { name, graph } of graphsOf(of, true)) expect([...lacking(graph)], name).toEqual([]);
  });

  it.runIf(graphDevice(false).fusesActivations)('is told from one for a processor by what only that has', () => {
    const [{ graph }] = graphsOf({ model: { kind: 'mobilenet-v2', width: 1, dropout: 0.2 }, side: 64 }, false);
    expect([...lacking(graph)]).toEqual(['_FusedDepthwiseConv2dNative']);
  });

  it('lacks a kernel where a type has none', () => {
    const [node] = nodesOf(graphsOf(EVERY_NETWORK[0], true)[0].graph).filter(({ operation }) => operation === 'Conv2D');
    expect(gpuKernelOf(registry, node)).not.toBeNull();
    expect(gpuKernelOf(registry, { ...node, attributes: { ...node.attributes, T: { type: 'boolean' } } })).toBeNull();
    expect(gpuKernelOf(registry, { ...node, operation: 'NoSuchOperation' })).toBeNull();
  });
});

describe('a run of a graph for a GPU copies', () => {
  const cases = EVERY_NETWORK.flatMap((of) => graphsOf(of, true));
  const sorted = ({ in: to, out }: Copies) => ({ in: [...to].sort(), out });

  it.each(cases)('images, labels and rates into its memory in a step, and nothing out: $name', ({ graph }) => {
    expect(sorted(copiesOf(graph, registry, { fetch: NODES.step }))).toEqual({
      in: [NODES.labels, NODES.layerNumbers, STEP_NODES.input].sort(),
      out: [],
    });
  });

  it('the loss out where it is read', () => {
    expect(copiesOf(cases[0].graph, registry, { fetch: 'last_loss/value' })).toEqual({
      in: [],
      out: ['last_loss/value'],
    });
  });

  it('images in and logits out in an evaluation, and nothing where batch norms are merged', () => {
    const { graph, layers } = cases[0];
    const logits = NODES.boundary(layers);
    expect(copiesOf(graph, registry, { fetch: logits })).toEqual({ in: [NODES.boundary(0)], out: [logits] });
    expect(copiesOf(graph, registry, { fetch: NODES.merged })).toEqual({ in: [], out: [] });
  });

  it('the loss out of every step of a graph that is not for a GPU', () => {
    const device = { ...graphDevice(true), usesGpu: false };
    const [{ graph }] = graphsOf({ model: { kind: 'vgg', depth: 16, dropout: 0.5 }, side: 28 }, false, device);
    expect(copiesOf(graph, registry, { fetch: NODES.step }).out).toEqual([NODES.step]);
  });
});

describe('what is built otherwise for a GPU gives the same numbers', () => {
  const { binding } = loadTensorFlow('cpu');
  const TOLERANCE = 1e-4;

  it.each(EVERY_NETWORK.filter(({ side }) => side < 32))('$model', ({ model, side }) => {
    const network = buildNetwork(model, { height: side, width: side, channels: 3 }, 4);
    const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: false, weightDecay: 0 };
    const settings = { network, optimizer, seed: 1, batchSize: BATCH_SIZE };
    const [onGpu, onProcessor] = [true, false].map((usesGpu) =>
      createGraphSession(binding, settings, graphDevice(usesGpu)),
    );
    for (const frozenLayers of [0, Math.round(network.layers.length / 2)]) {
      const [actual, expected] = [onGpu, onProcessor].map((session) => {
        session.restore(formulaWeights(network), new Map());
        const learningRates = new Array<number>(network.layers.length).fill(0.1);
        const batch = formulaBatch(network, 0);
        const loss = session.train({ batch, step: 7, frozenLayers, learningRates, readsLoss: true }) ?? Number.NaN;
        return { loss, total: session.lossTotal(), gradients: session.optimizerState().get('momentum') ?? new Map() };
      });
      expect(actual.loss).toBeCloseTo(expected.loss, 5);
      expect(actual.total).toEqual({ sum: actual.loss, finiteSteps: 1 });
      expect([...actual.gradients.keys()]).toEqual([...expected.gradients.keys()]);
      for (const [name, values] of expected.gradients)
        expect(difference(actual.gradients.get(name), values), name).toBeLessThan(TOLERANCE);
    }
    for (const session of [onGpu, onProcessor]) session.dispose();
  });
});

/** The largest difference, as a share of the largest value. */
function difference(actual: Float32Array = new Float32Array(), expected: Float32Array): number {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-3);
  return (
    expected.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (actual[index] ?? Number.NaN))), 0) /
    scale
  );
}
