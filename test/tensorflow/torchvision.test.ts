import { describe, expect, it } from 'vitest';
import type { NamedArrays } from '#core/training/session.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { referenceBatch } from '../support/reference.ts';
import { SessionStep } from '../support/session-step.ts';
import type {
  TorchvisionCase,
  TorchvisionFixture,
  TorchvisionGradients,
  TorchvisionRun,
} from '../support/torchvision-reference.ts';
import {
  compareLogits,
  compareVariable,
  optimizerOf,
  readTorchvisionFixture,
  TORCHVISION_NETWORKS,
  together,
  torchvisionCase,
} from '../support/torchvision-reference.ts';

/**
 * Ours may be at most this many times as far from PyTorch's float64 numbers as its own float32 numbers are. The soak test
 * (test/soak/tensorflow.ts) runs this file with fixtures of every freeze depth in another folder, and compares all of them.
 */
const FACTOR = 10;
/** The distance below which a sum of float32 numbers in another order says nothing, as a share of the norm. */
const FLOOR = 2e-7;

const FOLDER = process.env.TORCHVISION_FIXTURES;
const FIXTURES = TORCHVISION_NETWORKS.flatMap((name) => {
  const fixture = readTorchvisionFixture(name, FOLDER);
  return fixture === null ? [] : [{ name, fixture, of: torchvisionCase(fixture) }];
});

/** Of five depths, without another folder: none, half and all but the head. */
function gradientsOf({ gradients }: TorchvisionFixture): readonly TorchvisionGradients[] {
  return FOLDER === undefined ? gradients.filter((_, place) => place % 2 === 0) : gradients;
}

/** Without another folder, the networks with most layers do not train: their gradients are compared, and others train by the same code. */
function runsOf(name: string, { runs }: TorchvisionFixture): readonly TorchvisionRun[] {
  const isLong = name === 'resnet-50' || name === 'densenet-121';
  return isLong && FOLDER === undefined ? [] : runs;
}

describe.each(FIXTURES)('$name against torchvision and PyTorch', ({ name, fixture, of }) => {
  it('gives the same logits in evaluation mode, and the same loss and gradients at freeze depths', () => {
    const session = new SessionStep({ ...of, ...referenceBatch(0, fixture.spec) });
    expectClose(compareLogits(session.logits(), fixture.initial), 'logits');
    const batch = referenceBatch(fixture.gradientStep, fixture.spec);
    for (const expected of gradientsOf(fixture)) {
      const depth = `${expected.frozenLayers} frozen`;
      const { loss, gradients } = session.train(expected.frozenLayers, batch);
      const losses = { ours: Math.abs(loss - expected.loss), theirs: expected.lossDistance, norm: expected.loss };
      expectClose(losses, `loss, ${depth}`);
      expectSame(gradients, { of, fixture, variables: expected.variables, what: depth });
    }
    session.dispose();
  }, 3_600_000);

  it.each(runsOf(name, fixture))(
    'trains 20 steps to the same losses, weights and logits with $optimizer.kind',
    (run) => {
      const { losses, weights, logits } = trained({ fixture, of, run });
      losses.forEach((loss, step) => {
        const theirs = Math.max(...run.lossDistances.slice(0, step + 1));
        const expected = run.losses[step];
        expectClose({ ours: Math.abs(loss - expected), theirs, norm: expected }, `loss of step ${step}`);
      });
      expectSame(weights, { of, fixture, variables: run.variables, what: 'after training' });
      expectClose(compareLogits(logits, run.final), 'logits');
    },
    3_600_000,
  );
});

interface Training {
  readonly fixture: TorchvisionFixture;
  readonly of: TorchvisionCase;
  readonly run: TorchvisionRun;
}

function trained({ fixture: { spec }, of: { network, weights }, run }: Training) {
  const settings = { network, optimizer: optimizerOf(run), seed: 1, batchSize: spec.batchSize };
  const session = createGraphSession(loadTensorFlow('cpu').binding, settings);
  session.restore(weights, new Map());
  const learningRates = new Array<number>(network.layers.length).fill(run.optimizer.learningRate);
  const losses = run.losses.map((_, step) => {
    const batch = { ...referenceBatch(step, spec), count: spec.batchSize };
    const frozenLayers = step < run.freezes.step ? 0 : run.freezes.layers;
    return session.train({ batch, step, frozenLayers, learningRates, readsLoss: true }) ?? Number.NaN;
  });
  const range = { from: 0, to: network.layers.length };
  const logits = session.advance(referenceBatch(0, spec).images, spec.batchSize, range);
  const result = { losses, weights: session.weights(), logits };
  session.dispose();
  return result;
}

interface ExpectedVariables {
  readonly of: TorchvisionCase;
  readonly fixture: TorchvisionFixture;
  readonly variables: TorchvisionRun['variables'] | TorchvisionFixture['gradients'][number]['variables'];
  readonly what: string;
}

/** All variables as one vector are as close as they have to be, and no single one is far off. */
function expectSame(arrays: NamedArrays, { of, fixture, variables, what }: ExpectedVariables): void {
  const compared = fixture.names.flatMap((name, place) => {
    const expected = variables[place];
    const ours = [...of.placeOf].find(([, at]) => at === place)?.[0] ?? '';
    const values = arrays.get(ours);
    if (!expected) {
      expect(values, `${name}, ${what}`).toBeUndefined();
      return [];
    }
    return [{ name, ...compareVariable(values ?? new Float32Array(), place, expected) }];
  });
  const all = together(compared);
  expectClose(all, what);
  for (const { name, ...each } of compared) {
    expect(each.ours, `${name}, ${what}`).toBeLessThan(
      Math.max(SINGLE_SHARE * each.norm, FACTOR * each.theirs) + FLOOR * all.norm,
    );
  }
}

/** Two projections say little of a short vector, and one ReLU that flips shows in one variable: this finds wrong variables. */
const SINGLE_SHARE = 0.1;

function expectClose({ ours, theirs, norm }: ReturnType<typeof together>, what: string): void {
  if (process.env.TORCHVISION_SHOWS) console.log(`${what}: ${ours / theirs} times, ${ours / norm} of the norm`);
  expect(ours, what).toBeLessThan(FACTOR * theirs + FLOOR * norm);
}
