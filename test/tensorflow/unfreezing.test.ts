import { describe, expect, it } from 'vitest';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { learningRatesAt, planTraining, updatesAt } from '#core/training/plan.ts';
import type { NamedArrays, TrainingSession } from '#core/training/session.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import type { ReferenceSummary } from '../support/reference.ts';
import { readUnfreezing, referenceBatch, summarize } from '../support/reference.ts';
import { referenceSetup } from '../support/reference-training.ts';

/** As in reference.test.ts: PyTorch's own float32 run may be as far from its float64 run. */
const LOSS_FLOOR = 1e-5;
const ORDER_FACTOR = 8;
const WEIGHT_TOLERANCE = 1e-4;

const reference = readUnfreezing();
const { spec, rates, stepsPerEpoch, runs } = reference;
const { network, weights } = referenceSetup(reference);

type UnfreezingRun = (typeof runs)[number];

function planOf({ policy, optimizer }: UnfreezingRun) {
  const epochs = spec.steps / stepsPerEpoch;
  const counts = { train: spec.batchSize * stepsPerEpoch, validation: 0, test: 10 };
  const { model, batchSize } = spec;
  const all = { dataset: 'made-up', model, policy, optimizer, rates, ...counts, epochs, batchSize };
  return planTraining(resolvedRunSpecSchema.parse(all), network);
}

function sessionOf(run: UnfreezingRun): TrainingSession {
  const { binding } = loadTensorFlow('cpu');
  const plan = planOf(run);
  const { movesStatistics } = policyNeeds(plan.spec.policy);
  const session = createGraphSession(binding, { network, ...plan.spec, movesStatistics });
  session.restore(weights, new Map());
  return session;
}

function train(session: TrainingSession, run: UnfreezingRun, [from, to]: readonly [number, number]): number[] {
  const plan = planOf(run);
  return Array.from({ length: to - from }, (_, index) => {
    const step = from + index;
    const frozenLayers = plan.schedule.frozenLayersAt(step);
    const loss = session.train({
      batch: { ...referenceBatch(step, spec), count: spec.batchSize },
      ...{ step, frozenLayers, learningRates: learningRatesAt(plan, step, frozenLayers) },
      ...{ updates: updatesAt(plan, step), readsLoss: true },
    });
    return loss ?? Number.NaN;
  });
}

function bits(arrays: NamedArrays): Record<string, string> {
  return Object.fromEntries(Array.from(arrays, ([name, { buffer }]) => [name, Buffer.from(buffer).toString('base64')]));
}

describe.each(runs)('$policy with $optimizer.kind against PyTorch', (run) => {
  it('freezes and unfreezes as worked out by hand, at the same rates', () => {
    const plan = planOf(run);
    const depths = run.frozenLayers.map((_, step) => plan.schedule.frozenLayersAt(step));
    expect(depths).toEqual(run.frozenLayers);
    for (const [step, expected] of run.learningRates.entries()) {
      const actual = learningRatesAt(plan, step, depths[step]);
      expect(actual.map((rate) => rate === null)).toEqual(expected.map((rate) => rate === null));
      for (const [layer, rate] of expected.entries()) if (rate !== null) expect(actual[layer]).toBeCloseTo(rate, 15);
    }
  });

  it('trains to the same losses, weights and running statistics', () => {
    const session = sessionOf(run);
    const losses = train(session, run, [0, spec.steps]);
    const own = largestDifference(run.lossesFloat32, run.lossesFloat64);
    expect(largestDifference(losses, run.lossesFloat64)).toBeLessThan(LOSS_FLOOR + ORDER_FACTOR * own);
    [...session.weights()].forEach(([name, values], index) => {
      expectSame(summarize(values, index), run.finalVariables[index], name);
    });
    session.dispose();
  });

  it('leaves the weights of frozen layers as they are, bit for bit, and goes on so from any step', () => {
    const whole = sessionOf(run);
    const resumed = sessionOf(run);
    for (const step of [3, 6, 8]) {
      whole.restore(weights, new Map());
      train(whole, run, [0, step]);
      const frozen = describeNetwork(network).slice(0, run.frozenLayers[step - 1]);
      const moves = run.policy.frozenBatchNorm === 'statistics-move';
      const [before, after] = [bits(weights), bits(whole.weights())];
      for (const { name, kind } of frozen.flatMap(({ variables }) => variables)) {
        const isStatistic = kind === 'bn-mean' || kind === 'bn-variance';
        if (moves && isStatistic) expect(after[name], name).not.toBe(before[name]);
        else expect(after[name], name).toBe(before[name]);
      }
      resumed.restore(whole.weights(), whole.optimizerState());
      expect(train(resumed, run, [step, spec.steps])).toEqual(train(whole, run, [step, spec.steps]));
      expect(bits(resumed.weights())).toEqual(bits(whole.weights()));
    }
    whole.dispose();
    resumed.dispose();
  });
});

function expectSame(actual: ReferenceSummary, expected: ReferenceSummary, name: string): void {
  const [norm, expectedNorm] = [Math.sqrt(actual[1]), Math.sqrt(expected[1])];
  const difference = Math.max(Math.abs(norm - expectedNorm), Math.abs(actual[2] - expected[2]));
  expect(difference, name).toBeLessThan(WEIGHT_TOLERANCE * expectedNorm);
}

function largestDifference(actual: readonly number[], expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...actual.map((value, index) => Math.abs(value - expected[index])));
}
