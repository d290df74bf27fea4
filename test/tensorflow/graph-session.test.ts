import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { isTrained } from '#core/network/variables.ts';
import type { Optimizer } from '#core/optimizer/optimizer.ts';
import { optimizerSchema } from '#core/optimizer/optimizer.ts';
import type { NamedArrays, TrainingSession } from '#core/training/session.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { BATCH_SIZE, formulaBatch, formulaWeights, trainSteps } from '../support/session-fixture.ts';
import { SessionStep } from '../support/session-step.ts';

const { binding } = loadTensorFlow('cpu');
const sgd = optimizerSchema.parse({});
const adamW = optimizerSchema.parse({ kind: 'adamw' });
const nesterov: Optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-3 };
const denseNet = buildNetwork({ kind: 'densenet-bc', depth: 16, growth: 4 }, { height: 12, width: 12, channels: 3 }, 4);
const dropoutNet: Network = {
  input: { height: 6, width: 6, channels: 3 },
  classes: 4,
  layers: [
    { name: 'stem', forward: (ops, x) => ops.conv2d(x, 'stem.conv', { filters: 8, size: 3, stride: 1 }) },
    {
      name: 'head',
      forward: (ops, x) => ops.dense(ops.dropout(ops.globalMean(x), 'head.dropout', 0.5), 'head.dense', 4),
    },
  ],
};

const open: TrainingSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.dispose();
});

function momentumOf(session: TrainingSession): NamedArrays {
  return session.optimizerState().get('momentum') ?? new Map();
}

function sessionOf(network: Network, { optimizer = nesterov, seed = 1 } = {}): TrainingSession {
  const session = createGraphSession(binding, { network, optimizer, seed, batchSize: BATCH_SIZE });
  open.push(session);
  session.restore(formulaWeights(network), new Map());
  return session;
}

/** One step on the same images without moving a weight. */
function lossAt(session: TrainingSession, step: number): number | null {
  const learningRates = new Array<number>(2).fill(0);
  const batch = formulaBatch(dropoutNet, 0);
  return session.train({ batch, step, frozenLayers: 0, learningRates, readsLoss: true });
}

function bits(arrays: NamedArrays): Record<string, number[]> {
  return Object.fromEntries([...arrays].map(([name, { buffer }]) => [name, [...new Int32Array(buffer)]]));
}

describe('the same bits', () => {
  it('come out in every process, also where oneDNN would be off, as it is by default with AVX2 alone', () => {
    const script = fileURLToPath(new URL('../support/print-trained-bits.ts', import.meta.url));
    const digests = ['0', '1'].map((oneDnn) => {
      const env = { ...process.env, TF_ENABLE_ONEDNN_OPTS: oneDnn };
      return spawnSync(process.execPath, [script], { encoding: 'utf8', env }).stdout;
    });
    expect(digests[0]).toMatch(/^[0-9a-f]{64}\n$/);
    expect(digests[1]).toBe(digests[0]);
  });

  it('come out after going on from weights and momentum, across freezes', () => {
    const whole = sessionOf(denseNet);
    trainSteps(whole, denseNet, [0, 5]);
    const resumed = sessionOf(denseNet);
    resumed.restore(whole.weights(), whole.optimizerState());
    expect(trainSteps(resumed, denseNet, [5, 12])).toEqual(trainSteps(whole, denseNet, [5, 12]));
    expect(bits(resumed.weights())).toEqual(bits(whole.weights()));
    expect(bits(momentumOf(resumed))).toEqual(bits(momentumOf(whole)));
  });
});

describe('freezing', () => {
  it('leaves every variable of a frozen layer as it is, running statistics too, and discards its momentum', () => {
    const session = sessionOf(denseNet);
    trainSteps(session, denseNet, [0, 6]);
    const before = bits(session.weights());
    trainSteps(session, denseNet, [6, 9]);
    const after = bits(session.weights());
    const frozenBy = (layers: number) =>
      describeNetwork(denseNet)
        .slice(0, layers)
        .flatMap(({ variables }) => variables);
    const frozen = new Set(frozenBy(2).map(({ name }) => name));
    for (const name of Object.keys(after)) {
      if (frozen.has(name)) expect(after[name], name).toEqual(before[name]);
      else expect(after[name], name).not.toEqual(before[name]);
    }
    expect([...momentumOf(session).keys()].filter((name) => frozen.has(name))).toEqual([]);
  });

  it.each([
    ['momentum', sgd, ['momentum']],
    ['moments', adamW, ['exp_avg', 'exp_avg_sq']],
  ] as const)('begins with zeros for the %s of layers that train again', (_, optimizer, slots) => {
    const step = (session: TrainingSession, frozenLayers: number) => {
      const batch = formulaBatch(denseNet, 0);
      const learningRates = new Array<number>(denseNet.layers.length).fill(0.05);
      session.train({ batch, step: 0, frozenLayers, learningRates, readsLoss: false });
    };
    const session = sessionOf(denseNet, { optimizer });
    for (const frozenLayers of [0, 2, 1]) step(session, frozenLayers);
    // A session that never trained before, from the weights before the last step.
    const fresh = sessionOf(denseNet, { optimizer });
    const before = sessionOf(denseNet, { optimizer });
    for (const frozenLayers of [0, 2]) step(before, frozenLayers);
    fresh.restore(before.weights(), new Map());
    step(fresh, 1);
    const [, again] = describeNetwork(denseNet);
    const names = again.variables.filter(({ kind }) => isTrained(kind)).map(({ name }) => name);
    for (const slot of slots) {
      const [kept, first] = [session, fresh].map((one) => one.optimizerState().get(slot));
      for (const name of names) expect(kept?.get(name), name).toEqual(first?.get(name));
      expect([...(kept?.keys() ?? [])]).not.toContain('stem.conv.kernel');
      expect(kept?.get('head.dense.kernel')).not.toEqual(first?.get('head.dense.kernel'));
    }
  });

  it('leaves no tensor behind, step after step', () => {
    const session = sessionOf(denseNet);
    const countAfter = (step: number) => {
      trainSteps(session, denseNet, [step, step + 1]);
      return binding.getNumOfTensors();
    };
    const counts = [3, 4, 5].map(countAfter);
    expect(new Set(counts).size).toBe(1);
  });
});

it('keeps copies of the values that it is given, never the memory of their arrays', () => {
  const session = sessionOf(denseNet);
  const weights = formulaWeights(denseNet);
  const trained = momentumOf(session);
  const given = new Map([...weights].map(([name, values]) => [name, values.slice()]));
  const momentum = new Map(
    [...given].filter(([name]) => trained.has(name)).map(([name, values]) => [name, values.slice()]),
  );
  session.restore(given, new Map([['momentum', momentum]]));
  // A quarter of all arrays, by chance, begin at an address at which TensorFlow can use them.
  for (const values of [...given.values(), ...momentum.values()]) values.fill(7);
  expect(session.weights()).toEqual(weights);
  for (const [name, values] of momentumOf(session)) expect(values, name).toEqual(weights.get(name));
});

describe('the optimizer', () => {
  it.each([true, false])('moves weights as SGD with momentum does: nesterov %s', (lookAhead) => {
    const session = sessionOf(denseNet, { optimizer: { ...nesterov, nesterov: lookAhead } });
    const weights = formulaWeights(denseNet);
    const { images, labels } = formulaBatch(denseNet, 0);
    const single = new SessionStep({ network: denseNet, weights, images, labels });
    const { gradients } = single.train(0);
    single.dispose();
    trainSteps(session, denseNet, [0, 1]);
    const [trained, velocities] = [session.weights(), momentumOf(session)];
    for (const [name, gradient] of gradients) {
      gradient.forEach((of, index) => {
        const weight = weights.get(name)?.[index] ?? Number.NaN;
        const decayed = of + 1e-3 * weight; // the velocity too, for it was zero
        const change = 0.05 * (lookAhead ? decayed + 0.9 * decayed : decayed);
        expect(velocities.get(name)?.[index]).toBeCloseTo(decayed, 5);
        expect(trained.get(name)?.[index]).toBeCloseTo(weight - change, 5);
      });
    }
  });

  it('gives zeros for a momentum that was never moved', () => {
    const momentum = momentumOf(sessionOf(denseNet));
    expect(momentum.get('stem.conv.kernel')).toEqual(new Float32Array(3 * 3 * 3 * 8));
    expect(momentum.has('head.bn.mean')).toBe(false);
  });
});

describe('dropout', () => {
  it('draws from the seed and the step, and from nothing else', () => {
    const losses = [sessionOf(dropoutNet), sessionOf(dropoutNet)].map((session) =>
      [5, 6].map((step) => lossAt(session, step)),
    );
    expect(losses[0]).toEqual(losses[1]);
    expect(losses[0][0]).not.toBe(losses[0][1]);
    expect(lossAt(sessionOf(dropoutNet, { seed: 2 }), 5)).not.toBe(losses[0][0]);
  });

  it('is off in evaluation', () => {
    const session = sessionOf(dropoutNet);
    const batch = formulaBatch(dropoutNet, 0);
    expect(session.evaluate(batch)).toEqual(session.evaluate(batch));
  });
});

describe('evaluation', () => {
  it('adds up over batches of any length', () => {
    const session = sessionOf(denseNet);
    const batch = formulaBatch(denseNet, 0);
    const part = (from: number, count: number) =>
      session.evaluate({ images: batch.images.subarray(from * 432), labels: batch.labels.subarray(from), count });
    const [whole, first, rest] = [part(0, 6), part(0, 4), part(4, 2)];
    expect(first.lossSum + rest.lossSum).toBeCloseTo(whole.lossSum, 4);
    expect(first.errors + rest.errors).toBe(whole.errors);
  });
});

describe('restore refuses, and changes nothing,', () => {
  it('a slot that the optimizer does not keep', () => {
    const state = new Map([['exp_avg', new Map<string, Float32Array>()]]);
    const session = sessionOf(denseNet);
    expect(() => session.restore(formulaWeights(denseNet), state)).toThrow(/exp_avg, which SGD does not keep/);
  });

  const kernel = 'stem.conv.kernel';
  const changed = (values: Float32Array | null, name = kernel): NamedArrays => {
    const weights = new Map(formulaWeights(denseNet));
    if (values === null) weights.delete(name);
    else weights.set(name, values);
    return weights;
  };

  it.each([
    ['a variable too few', changed(null), new Map(), /lack stem\.conv\.kernel/],
    ['one that is not there', changed(new Float32Array(1), 'other'), new Map(), /hold other/],
    ['another size', changed(new Float32Array(7)), new Map(), /7 values for stem\.conv\.kernel/],
    ['a momentum that is not there', changed(null), new Map([['x', new Float32Array(1)]]), /hold x/],
    ['a momentum of another size', changed(null), new Map([[kernel, new Float32Array(2)]]), /2 values/],
    ['a momentum of a running mean', changed(null), new Map([['head.bn.mean', new Float32Array(8)]]), /hold head\.bn/],
  ])('%s', (_, weights, momentum, message) => {
    const session = sessionOf(denseNet);
    const before = bits(session.weights());
    expect(() => session.restore(weights, new Map([['momentum', momentum]]))).toThrow(message);
    expect(bits(session.weights())).toEqual(before);
  });
});
