import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { Optimizer } from '#core/optimizer/optimizer.ts';
import { optimizerSchema } from '#core/optimizer/optimizer.ts';
import type { TrainingSession } from '#core/training/session.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { referenceBatch, summarize } from '../support/reference.ts';
import { formulaWeights } from '../support/session-fixture.ts';

interface Recipe {
  readonly optimizer: object;
  readonly labelSmoothing: number;
  /** Of each step. */
  readonly frozenLayers: readonly number[];
  /** The number of the batch of step 0. The script chose it so that no ReLU's input is zero but for rounding. */
  readonly firstBatch: number;
  readonly losses: readonly number[];
  /** The distance between PyTorch's single and double precision. */
  readonly lossNoise: number;
  readonly projections: readonly number[];
  /** The same of the variable in which it is largest, as a norm. */
  readonly weightNoise: number;
}

interface Fixture {
  readonly spec: {
    readonly model: ModelSpec;
    readonly input: readonly [number, number, number];
    readonly classes: number;
    readonly batchSize: number;
  };
  readonly recipes: Readonly<Record<string, Recipe>>;
}

const FIXTURE = new URL('../fixtures/recipes/recipes.json', import.meta.url);
const { spec, recipes } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Fixture;
const [height, width, channels] = spec.input;
const network = buildNetwork(spec.model, { height, width, channels }, spec.classes);
const { binding } = loadTensorFlow('cpu');
/** How far single precision may be from PyTorch's doubles, measured by PyTorch's own single precision. */
const TIMES_NOISE = 10;

function sessionOf({ optimizer, labelSmoothing }: Recipe): TrainingSession {
  const { batchSize } = spec;
  const session = createGraphSession(binding, {
    ...{ network, optimizer: optimizerSchema.parse(optimizer), labelSmoothing, seed: 1, batchSize },
  });
  session.restore(formulaWeights(network), new Map());
  return session;
}

/** Trains the steps from `first` on as the script of the fixture does. */
function train(session: TrainingSession, recipe: Recipe, first = 0, end = recipe.frozenLayers.length): number[] {
  const { learningRate }: Optimizer = optimizerSchema.parse(recipe.optimizer);
  return recipe.frozenLayers.slice(first, end).map((frozenLayers, place) => {
    const step = first + place;
    const began = (layer: number) => recipe.frozenLayers.findIndex((depth) => depth <= layer);
    const loss = session.train({
      ...{ step, frozenLayers, readsLoss: true },
      batch: { ...referenceBatch(recipe.firstBatch + step, spec), count: spec.batchSize },
      learningRates: network.layers.map((_, layer) => learningRate * (1 + 0.1 * layer) * (1 - step / 40)),
      updates: network.layers.map((_, layer) => step - began(layer)),
    });
    return loss ?? Number.NaN;
  });
}

describe.each(Object.entries(recipes))('%s', (_, recipe) => {
  it('trains as PyTorch does', () => {
    const session = sessionOf(recipe);
    const losses = train(session, recipe);
    losses.forEach((loss, step) => {
      expect(Math.abs(loss - recipe.losses[step]), `step ${step}`).toBeLessThan(TIMES_NOISE * recipe.lossNoise);
    });
    const weights = session.weights();
    const names = describeNetwork(network).flatMap(({ variables }) => variables.map(({ name }) => name));
    names.forEach((name, place) => {
      const [, , projection] = summarize(weights.get(name) ?? [], place);
      const distance = Math.abs(projection - recipe.projections[place]);
      expect(distance, name).toBeLessThan(TIMES_NOISE * recipe.weightNoise);
    });
    session.dispose();
  });

  it('gives the same bits when it goes on after any step', () => {
    const [whole, resumed] = [sessionOf(recipe), sessionOf(recipe)];
    const ends = [5, 8, 17, 20].map((end) => Math.round((end / 20) * recipe.frozenLayers.length));
    const kept = ends.map((end, place) => {
      const losses = train(whole, recipe, ends[place - 1] ?? 0, end);
      return { end, losses, weights: whole.weights(), state: whole.optimizerState() };
    });
    const last = bits(whole);
    kept.slice(0, -1).forEach(({ end, weights, state }, place) => {
      resumed.restore(weights, state);
      const later = kept.slice(place + 1).flatMap(({ losses }) => losses);
      expect(train(resumed, recipe, end)).toEqual(later);
      expect(bits(resumed)).toEqual(last);
    });
    for (const session of [whole, resumed]) session.dispose();
  });
});

function bits(session: TrainingSession) {
  const arrays = [session.weights(), ...session.optimizerState().values()];
  return arrays.map((values) =>
    [...values].map(([name, of]) => [name, Buffer.from(of.slice().buffer).toString('base64')]),
  );
}
