import { afterEach, describe, expect, it } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import { describeNetwork, product } from '#core/network/shape-ops.ts';
import { isTrained } from '#core/network/variables.ts';
import type { NamedArrays, TrainingSession } from '#core/training/session.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { oracleStep } from '../support/oracle-ops.ts';
import { BATCH_SIZE, formulaBatch, formulaWeights, trainSteps } from '../support/session-fixture.ts';

const { binding } = loadTensorFlow('cpu');
const network = buildNetwork({ kind: 'densenet-bc', depth: 10, growth: 4 }, { height: 8, width: 8, channels: 3 }, 4);
const layers = describeNetwork(network);
const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1 };
/** Share of the largest element: float32 sums in another order, whose terms cancel each other in part. */
const TOLERANCE = 1e-3;

const open: TrainingSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.dispose();
});

function sessionOf(sumsGradients: boolean): TrainingSession {
  const session = createGraphSession(binding, { network, optimizer, seed: 1, batchSize: BATCH_SIZE, sumsGradients });
  open.push(session);
  session.restore(formulaWeights(network), new Map());
  return session;
}

/** Steps that move no weight, so that each of them has the gradients of the first weights. */
function stayAt(session: TrainingSession, { steps, frozenLayers }: { steps: readonly number[]; frozenLayers: number }) {
  const learningRates = new Array<number>(layers.length).fill(0);
  for (const step of steps) {
    session.train({ batch: formulaBatch(network, step), step, frozenLayers, learningRates, readsLoss: false });
  }
}

/** By automatic differentiation. */
function oracleSums(weights: NamedArrays, steps: readonly number[], frozenLayers: number): NamedArrays {
  const gradients = steps.map((step) => {
    const { images, labels } = formulaBatch(network, step);
    return oracleStep({ network, weights, images, labels, frozenLayers }).gradients;
  });
  return new Map(
    Array.from(gradients[0], ([name, values]) => [
      name,
      values.map((_, index) => gradients.reduce((sum, of) => sum + (of.get(name)?.[index] ?? Number.NaN), 0)),
    ]),
  );
}

function expectClose(actual: NamedArrays, expected: NamedArrays): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, values] of expected) {
    const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-3);
    const sums = actual.get(name) ?? new Float32Array();
    const differences = values.map((value, index) => Math.abs(value - sums[index]) / scale);
    expect(Math.max(...differences), name).toBeLessThan(TOLERANCE);
  }
}

function zeros(fromLayer: number): NamedArrays {
  const variables = layers.slice(fromLayer).flatMap((layer) => layer.variables.filter(({ kind }) => isTrained(kind)));
  return new Map(variables.map(({ name, shape }) => [name, new Float32Array(product(shape))]));
}

describe('sums of gradients', () => {
  it('are those of the loss over the steps, without weight decay, as automatic differentiation gives them', () => {
    const session = sessionOf(true);
    stayAt(session, { steps: [0, 1, 2], frozenLayers: 0 });
    expectClose(session.gradientSums(), oracleSums(formulaWeights(network), [0, 1, 2], 0));
  });

  it('begin anew where they are set, and let go of frozen layers', () => {
    const session = sessionOf(true);
    stayAt(session, { steps: [0, 1], frozenLayers: 0 });
    session.setGradientSums(zeros(2));
    // Running statistics have moved, and frozen layers read them.
    const weights = session.weights();
    stayAt(session, { steps: [3, 4], frozenLayers: 2 });
    expectClose(session.gradientSums(), oracleSums(weights, [3, 4], 2));
  });

  it('go on from where they were taken, bit for bit', () => {
    const whole = sessionOf(true);
    trainSteps(whole, network, [0, 3]);
    const resumed = sessionOf(true);
    resumed.restore(whole.weights(), whole.optimizerState());
    resumed.setGradientSums(whole.gradientSums());
    for (const session of [whole, resumed]) trainSteps(session, network, [3, 5]);
    expect(resumed.gradientSums()).toEqual(whole.gradientSums());
  });

  it('change no weight of the training, and are not there where nobody asked for them', () => {
    const [summing, ordinary] = [sessionOf(true), sessionOf(false)];
    for (const session of [summing, ordinary]) trainSteps(session, network, [0, 5]);
    expect(summing.weights()).toEqual(ordinary.weights());
    expect(ordinary.gradientSums()).toEqual(new Map());
    expect(() => ordinary.setGradientSums(zeros(0))).toThrow(/hold stem\.conv\.kernel/);
    expect(() => summing.setGradientSums(new Map([['stem.conv.kernel', new Float32Array(2)]]))).toThrow(/2 values/);
  });

  it('are zero after the variables are set', () => {
    const session = sessionOf(true);
    stayAt(session, { steps: [0], frozenLayers: 0 });
    session.restore(formulaWeights(network), new Map());
    expect(session.gradientSums()).toEqual(zeros(0));
  });
});
