import { expect, it } from 'vitest';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { TensorFlowBinding } from '../../src-main/tensorflow/binding.ts';
import { graphDevice } from '../../src-main/tensorflow/graph-device.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { TrainingGraph } from '../../src-main/tensorflow/training-graph.ts';
import { BATCH_SIZE, formulaBatch } from '../support/session-fixture.ts';

const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0 };

it('is prepared once for all freeze depths, and so is all that sets and reads variables', () => {
  const network = buildNetwork({ kind: 'densenet-bc', depth: 10, growth: 2 }, { height: 8, width: 8, channels: 1 }, 3);
  const sets = new Set<string>();
  const session = createGraphSession(recording(loadTensorFlow('cpu').binding, sets), {
    ...{ network, optimizer, seed: 1, batchSize: BATCH_SIZE, sumsGradients: true },
  });
  const weights = initialWeights(network, 'densenet-bc', 1);
  session.restore(weights, new Map());
  const batch = formulaBatch(network, 0);
  const learningRates = network.layers.map(() => 0.1);
  for (const frozenLayers of network.layers.keys()) session.rehearse({ batch, frozenLayers });
  session.restore(weights, new Map());
  for (const frozenLayers of network.layers.keys()) {
    session.train({ batch, step: frozenLayers, frozenLayers, learningRates, readsLoss: false });
    expect(session.lossTotal().finiteSteps).toBe(frozenLayers + 1);
    expect(session.weights().size).toBe(weights.size);
    session.setGradientSums(session.gradientSums());
  }
  session.setLossTotal({ sum: 0, finiteSteps: 0 });
  // The step, what merges batch norms of frozen layers, what sets variables, what reads them, and the total of the losses.
  expect(sets.size).toBe(5);
  session.dispose();
});

it('has the same number of nodes for each layer of a network, however many layers it has', () => {
  const sizes = [10, 16, 22].map((depth) => {
    const network = buildNetwork(
      { kind: 'wide-resnet', depth, width: 1, skip: true },
      { height: 8, width: 8, channels: 1 },
      3,
    );
    const ways = { sumsGradients: false, movesStatistics: false, ...graphDevice(false) };
    const graph = new TrainingGraph({ network, optimizer, batchSize: BATCH_SIZE, keepsBits: true, ...ways });
    return { layers: network.layers.length, nodes: graph.main.nodes.length };
  });
  const [small, middle, large] = sizes;
  const perLayer = (large.nodes - middle.nodes) / (large.layers - middle.layers);
  expect((middle.nodes - small.nodes) / (middle.layers - small.layers)).toBe(perLayer);
});

/** The same binding, which notes each set of what is fed and fetched: TensorFlow prepares every set by itself. */
function recording(binding: TensorFlowBinding, sets: Set<string>): TensorFlowBinding {
  const runSavedModel: TensorFlowBinding['runSavedModel'] = (...run) => {
    sets.add(`${run[2]} ${run[3]}`);
    return binding.runSavedModel(...run);
  };
  return Object.create(binding, { runSavedModel: { value: runSavedModel } });
}
