import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { buildNetwork, type ModelSpec } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { isTrained } from '#core/network/variables.ts';
import type { NamedArrays, TrainingSession } from '#core/training/session.ts';
import { graphDevice } from '../../src-main/tensorflow/graph-device.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { bf16Units } from '../../src-main/tensorflow/processor.ts';
import { TrainingGraph } from '../../src-main/tensorflow/training-graph.ts';
import { nodesOf } from '../support/gpu-graphs.ts';
import { BATCH_SIZE, formulaBatch, formulaWeights, trainSteps } from '../support/session-fixture.ts';

interface Fixture {
  readonly input: readonly [number, number, number];
  readonly classes: number;
  readonly cases: readonly {
    readonly model: ModelSpec;
    /** How far autocast is from double precision; each gradient's distance is relative to its norm, null where it is but rounding. */
    readonly depths: readonly {
      readonly frozenLayers: number;
      readonly loss: number;
      readonly gradients: readonly (number | null)[];
    }[];
  }[];
}

const FIXTURE = new URL('../fixtures/precision/precision.json', import.meta.url);
const { input, classes, cases }: Fixture = JSON.parse(readFileSync(FIXTURE, 'utf8'));
const [height, width, channels] = input;
const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 };
/** Roundings fall otherwise where sums are added up in another order. */
const TIMES_AUTOCAST = 1.5;
/** The distance of the losses by autocast is up to 0.001. */
const LOSS_BOUND = 0.01;

const { binding } = loadTensorFlow('cpu', 'bf16');
const open: TrainingSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.dispose();
});

const networkOf = (model: ModelSpec) => buildNetwork(model, { height, width, channels }, classes);

function sessionOf(network: Network, precision?: 'bf16'): TrainingSession {
  const settings = { network, optimizer, seed: 1, batchSize: BATCH_SIZE, sumsGradients: true, precision };
  const session = createGraphSession(binding, settings);
  open.push(session);
  session.restore(formulaWeights(network), new Map());
  return session;
}

/** Loss and gradients of one batch. */
function passOf(network: Network, frozenLayers: number, precision?: 'bf16') {
  const session = sessionOf(network, precision);
  const learningRates = network.layers.map(() => 0);
  const loss = session.train({
    batch: formulaBatch(network, 0),
    step: 0,
    frozenLayers,
    learningRates,
    readsLoss: true,
  });
  return { loss: loss ?? Number.NaN, gradients: session.gradientSums() };
}

function relativeDistance(from: Float32Array, to: Float32Array): number {
  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm(from.map((value, index) => value - to[index])) / norm(to);
}

function bits(arrays: NamedArrays) {
  return [...arrays].map(([name, values]) => [name, Buffer.from(values.slice().buffer).toString('base64')]);
}

const wideResNet = networkOf(cases[0].model);

describe.runIf(bf16Units() !== null)('training in bf16', () => {
  describe.each(cases)('$model', ({ model, depths }) => {
    const network = networkOf(model);

    it.each(depths)(
      'has gradients as near to float32 as autocast, $frozenLayers frozen',
      ({ frozenLayers, ...bound }) => {
        const [exact, rounded] = [passOf(network, frozenLayers), passOf(network, frozenLayers, 'bf16')];
        const trained = describeNetwork(network)
          .slice(frozenLayers)
          .flatMap(({ variables }) => variables.filter(({ kind }) => isTrained(kind)));
        expect(trained).toHaveLength(bound.gradients.length);
        const compared = trained.flatMap(({ name }, place) => {
          const [ours, theirs, autocast] = [
            rounded.gradients.get(name),
            exact.gradients.get(name),
            bound.gradients[place],
          ];
          if (ours === undefined || theirs === undefined || autocast === null) return [];
          return [{ distance: relativeDistance(ours, theirs), autocast }];
        });
        const [own, autocast] = [compared.map(({ distance }) => distance), compared.map((one) => one.autocast)];
        expect(Math.max(...own)).toBeGreaterThan(1e-4);
        expect(Math.max(...own)).toBeLessThan(TIMES_AUTOCAST * Math.max(...autocast));
        expect(mean(own)).toBeLessThan(TIMES_AUTOCAST * mean(autocast));
        expect(Math.abs(rounded.loss - exact.loss)).toBeLessThan(LOSS_BOUND);
      },
    );
  });

  it('gives the same bits in every process', () => {
    const script = fileURLToPath(new URL('../support/print-trained-bits.ts', import.meta.url));
    const digests = [1, 2].map(() => spawnSync(process.execPath, [script, 'bf16'], { encoding: 'utf8' }).stdout);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}\n$/);
    expect(digests[1]).toBe(digests[0]);
    expect(spawnSync(process.execPath, [script], { encoding: 'utf8' }).stdout).not.toBe(digests[0]);
  });

  it('gives the same bits after going on from weights and momentum, across freezes', () => {
    const [whole, resumed] = [sessionOf(wideResNet, 'bf16'), sessionOf(wideResNet, 'bf16')];
    trainSteps(whole, wideResNet, [0, 5]);
    resumed.restore(whole.weights(), whole.optimizerState());
    resumed.setGradientSums(whole.gradientSums());
    expect(trainSteps(resumed, wideResNet, [5, 12])).toEqual(trainSteps(whole, wideResNet, [5, 12]));
    expect(bits(resumed.weights())).toEqual(bits(whole.weights()));
  });

  it('gives an image the same bits at every place of a batch', () => {
    for (const { model } of cases) {
      const network = networkOf(model);
      const session = sessionOf(network, 'bf16');
      const { images } = formulaBatch(network, 0);
      const size = images.length / BATCH_SIZE;
      const turned = new Float32Array(images.length);
      for (let place = 0; place < BATCH_SIZE; place++) {
        turned.set(images.subarray(place * size, (place + 1) * size), ((place + 1) % BATCH_SIZE) * size);
      }
      const to = network.layers.length - 1;
      const [one, other] = [images, turned].map((of) => session.advance(of, BATCH_SIZE, { from: 0, to }));
      const values = one.length / BATCH_SIZE;
      for (let place = 0; place < BATCH_SIZE; place++) {
        const there = ((place + 1) % BATCH_SIZE) * values;
        const own = one.subarray(place * values, (place + 1) * values);
        expect(Buffer.from(own.slice().buffer).equals(Buffer.from(other.slice(there, there + values).buffer))).toBe(
          true,
        );
      }
    }
  });
});

describe('a graph', () => {
  const typesIn = (castsProducts: boolean, usesGpu: boolean) => {
    const device = graphDevice(usesGpu);
    const settings = {
      network: wideResNet,
      batchSize: BATCH_SIZE,
      optimizer,
      keepsBits: false,
      castsProducts,
      ...device,
    };
    const graph = new TrainingGraph({ ...settings, sumsGradients: false, movesStatistics: false });
    return nodesOf(graph).flatMap(({ operation, attributes: { T } }) =>
      T !== undefined && 'type' in T && T.type === 'bfloat16' ? [operation] : [],
    );
  };

  it('has nothing in bf16 where products are float32', () => {
    expect(typesIn(false, false)).toEqual([]);
  });

  it.each([false, true])('has products alone in bf16 otherwise (on a GPU: %s)', (usesGpu) => {
    const operations = new Set(typesIn(true, usesGpu));
    expect([...operations].filter((name) => !/Conv2D|MatMul/.test(name))).toEqual([]);
    expect([...operations]).toEqual(expect.arrayContaining(['Conv2D', 'Conv2DBackpropFilter', 'Conv2DBackpropInput']));
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
