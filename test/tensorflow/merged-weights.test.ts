import { afterEach, expect, it } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import type { TrainingSession } from '#core/training/session.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { BATCH_SIZE, formulaBatch, formulaWeights } from '../support/session-fixture.ts';

// Batch norms are merged into the weights of layers that are frozen, once and not in every step: no step, evaluation or output of
// frozen layers may use weights from before their last change.

const { binding } = loadTensorFlow('cpu');
const network = buildNetwork({ kind: 'densenet-bc', depth: 10, growth: 4 }, { height: 12, width: 12, channels: 3 }, 4);
const head = network.layers.length - 1;
const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-3 };
const learningRates = new Array<number>(network.layers.length).fill(0.05);
const seen = formulaBatch(network, 100);

const open: TrainingSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.dispose();
});

function sessionOf(movesStatistics: boolean): TrainingSession {
  const session = createGraphSession(binding, { network, optimizer, seed: 1, batchSize: BATCH_SIZE, movesStatistics });
  open.push(session);
  session.restore(formulaWeights(network), new Map());
  return session;
}

function trained(session: TrainingSession, step: number, frozenLayers: number): number | null {
  return session.train({ batch: formulaBatch(network, step), step, frozenLayers, learningRates, readsLoss: true });
}

/** All that a session can tell of its weights, which uses every layer in evaluation mode. */
function told(session: TrainingSession) {
  const output = session.advance(seen.images, seen.count, { from: 0, to: head });
  return { ...session.evaluate(seen), bits: Buffer.from(output.buffer, output.byteOffset, output.byteLength) };
}

it.each([false, true])(
  'a session gives the bits of one that has just been given its weights, with moving statistics: %s',
  (movesStatistics) => {
    const session = sessionOf(movesStatistics);
    const renewed = sessionOf(movesStatistics);
    session.rehearse({ batch: seen, frozenLayers: head });
    session.rehearse({ batch: seen, frozenLayers: 0 });
    expect(told(session), 'after steps that were rehearsed').not.toEqual(told(renewed));
    for (const [step, frozenLayers] of [0, 2, head, head, 1, 0, head].entries()) {
      renewed.restore(session.weights(), session.optimizerState());
      if (step % 2 === 0) expect(told(session), `before step ${step}`).toEqual(told(renewed));
      expect(trained(session, step, frozenLayers), `step ${step}`).toBe(trained(renewed, step, frozenLayers));
    }
    session.restore(formulaWeights(network), new Map());
    renewed.restore(formulaWeights(network), new Map());
    expect(told(session), 'after the weights were set').toEqual(told(renewed));
  },
);

it('a step after rehearsals uses the weights as they are', () => {
  const session = sessionOf(false);
  trained(session, 0, 0);
  for (const frozenLayers of [head, 0, head]) session.rehearse({ batch: seen, frozenLayers });
  const renewed = sessionOf(false);
  renewed.restore(session.weights(), session.optimizerState());
  expect(trained(session, 1, head)).toBe(trained(renewed, 1, head));
});
