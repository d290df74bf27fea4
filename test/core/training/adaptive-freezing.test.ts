import { describe, expect, it } from 'vitest';
import { describeNetwork, product } from '#core/network/shape-ops.ts';
import { computeSaved, lastingFreezes } from '#core/policy/cost.ts';
import type { RunEvent, StepProfile } from '#core/run-event.ts';
import { layerNorms, savedAtEnd } from '#core/training/adaptive-freezing.ts';
import type { AdaptiveState } from '#core/training/progress.ts';
import { NO_DECISIONS } from '#core/training/progress.ts';
import type { NamedArrays } from '#core/training/session.ts';
import { FAKE_NETWORK, FakeSession, fakePlan, trainFake } from '../../support/fake-training.ts';

const layers = describeNetwork(FAKE_NETWORK);
const macs = layers.map((layer) => layer.macs);

/** 10 steps an epoch, 3 epochs, 7 layers; k 0.2 30: decisions before steps 6, 12, 18 and 24. */
function planOf(interval = 0.2) {
  const policy = { kind: 'gradient-norm', interval, percentile: 50 };
  return fakePlan({ policy, epochs: 3, logEverySteps: 4 });
}

/** Gives sums of gradients with these norms of the layers after so many steps, and zeros after any other. */
class ScriptedSession extends FakeSession {
  readonly set: NamedArrays[] = [];
  readonly #norms: Readonly<Record<number, readonly number[]>>;

  constructor(norms: Readonly<Record<number, readonly number[]>>) {
    super(FAKE_NETWORK);
    this.#norms = norms;
  }

  override gradientSums(): NamedArrays {
    const norms = this.#norms[this.steps.length] ?? [];
    return new Map(
      layers.map(({ variables: [{ name, shape }] }, layer) => {
        // In two parts of different signs.
        const norm = norms[layer] ?? 0;
        const values = new Float32Array(product(shape)).fill(0);
        values.set([norm / 4, (-3 * norm) / 4].slice(0, values.length));
        return [name, values];
      }),
    );
  }

  override setGradientSums(sums: NamedArrays): void {
    this.set.push(sums);
  }
}

function frozenIn(events: readonly RunEvent[]) {
  return events.flatMap((event) => (event.type === 'layer.frozen' ? [[event.layer, event.step, event.epoch]] : []));
}

describe('a run whose policy decides while training', () => {
  it('freezes the layers of the hand-worked decisions before the steps of these', async () => {
    const session = new ScriptedSession({
      6: [10, 10, 10, 10, 10, 10, 10],
      // Changes 0.1 .. 0.7, the median 0.4: layer 3 is the first.
      12: [11, 12, 13, 14, 15, 16, 17],
      // Of 3 .. 6: 0, 0.2, 0, 0.5, the median 0.1: layer 4.
      18: [0, 0, 0, 14, 18, 16, 25.5],
      // Of 4 .. 6: 0.5, 0, 1, the median 0.5: layer 4 still.
      24: [0, 0, 0, 0, 9, 16, 51],
    });
    const plan = planOf();
    const { events } = await trainFake({ plan, session });
    expect(plan.layers.map((layer) => layer.freezeStep)).toEqual(Array(7).fill(null));
    expect(plan.computeSaved).toBe(0);
    expect(frozenIn(events)).toEqual([
      [0, 12, 2],
      [1, 12, 2],
      [2, 12, 2],
      [3, 18, 2],
    ]);
    expect(session.steps.map((step) => step.frozenLayers)).toEqual(
      Array.from({ length: 30 }, (_, step) => (step < 12 ? 0 : step < 18 ? 3 : 4)),
    );
    // lr(15) = 1/2 0.1 (1 + cos(pi 15/30)) = 0.05 for all that train.
    const { learningRates } = session.steps[15];
    expect(learningRates.map((rate) => rate?.toFixed(12) ?? null)).toEqual([
      ...[null, null, null],
      ...Array(4).fill((0.05).toFixed(12)),
    ]);
    const freezeSteps = [12, 12, 12, 18, null, null, null];
    const saved = { compute: computeSaved(macs, lastingFreezes(freezeSteps), 30), profile: null };
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', saved });
    expect(saved.compute).toBeGreaterThan(0);
  });

  it('lets the sums begin anew at every decision, for the layers that still train', async () => {
    const session = new ScriptedSession({ 6: [1, 1, 1, 1, 1, 1, 1], 12: [1, 2, 2, 2, 2, 2, 2] });
    await trainFake({ plan: planOf(), session });
    const namesFrom = (layer: number) =>
      layers
        .slice(layer)
        .flatMap(({ variables }) => variables)
        .filter(({ kind }) => kind !== 'bn-mean' && kind !== 'bn-variance')
        .map(({ name }) => name);
    expect(session.set.map((sums) => [...sums.keys()])).toEqual([0, 1, 1, 1].map(namesFrom));
    expect(session.set.flatMap((sums) => [...sums.values()].flatMap((values) => [...values])).some(Boolean)).toBe(
      false,
    );
  });

  it('goes on after a pause at any step with the very events and weights of the uninterrupted run', async () => {
    const plan = planOf(0.1);
    const whole = await trainFake({ plan, session: new FakeSession(FAKE_NETWORK) });
    expect(frozenIn(whole.events).length).toBeGreaterThan(0);
    for (let cut = 0; cut < 30; cut++) {
      const requestAt = (step: number) => (step === cut ? ({ type: 'pause', reason: '' } as const) : null);
      const first = await trainFake({ plan, session: new FakeSession(FAKE_NETWORK), requestAt });
      const from = first.checkpoints.saved.at(-1);
      const second = await trainFake({ plan, session: new FakeSession(FAKE_NETWORK), from });
      expect(frozenIn([...first.events, ...second.events])).toEqual(frozenIn(whole.events));
      expect(savedOf(second.events)).toEqual(savedOf(whole.events));
      expect(second.checkpoints.weights).toEqual(whole.checkpoints.weights);
    }
  });
});

function savedOf(events: readonly RunEvent[]) {
  const end = events.at(-1);
  return end?.type === 'run.finished' ? end.saved : null;
}

describe('layerNorms', () => {
  it('adds up the absolute values of all variables of a layer, and is 0 without any', () => {
    const names = layers.map(({ variables }) => variables.map(({ name }) => name));
    const values = new Map([
      [names[1][0], Float32Array.of(1, -2)],
      [names[1][1], Float32Array.of(-0.25)],
      [names[2][0], Float32Array.of(Number.NaN)],
    ]);
    expect(layerNorms(layers, values)).toEqual([0, 3.25, Number.NaN, 0, 0, 0, 0]);
  });
});

describe('savedAtEnd', () => {
  const times = { steps: 3, stepMs: { minimum: 1, median: 1 } };
  const depth = (frozenLayers: number, ratio: number) => {
    return { frozenLayers, ...times, ratio: { low: ratio, median: ratio, high: ratio } };
  };
  const profile: StepProfile = { unfrozen: times, depths: [depth(2, 0.8), depth(5, 0.4)] };

  it('takes the measured step times at the depths that the policy chose', () => {
    // 12 steps unfrozen, 6 with two layers frozen, 12 with five: (12 + 6 0.8 + 12 0.4) / 30
    const state = { ...NO_DECISIONS, freezeSteps: [12, 12, 18, 18, 18], profile };
    const { profile: saved } = savedAtEnd(planOf(), { step: 30, adaptive: state });
    expect(saved).toBeCloseTo(1 - 21.6 / 30, 12);
  });

  it('says nothing of step times where none were measured, and saves nothing where nothing froze', () => {
    const atEnd = (adaptive: AdaptiveState) => savedAtEnd(planOf(), { step: 30, adaptive });
    expect(atEnd(NO_DECISIONS)).toEqual({ compute: 0, profile: null });
    expect(atEnd({ ...NO_DECISIONS, profile })).toEqual({ compute: 0, profile: 0 });
  });
});
