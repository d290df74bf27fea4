import type { Network } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { LabelledImages, NamedArrays, TrainingSession } from '#core/training/session.ts';
import { fillReferenceVariables, referenceBatch } from './reference.ts';

export const BATCH_SIZE = 6;

/** Weights of any network, from the reference's formula. */
export function formulaWeights(network: Network): NamedArrays {
  const variables = describeNetwork(network).flatMap((layer) => layer.variables);
  const values = fillReferenceVariables(variables);
  return new Map(variables.map(({ name }, index) => [name, values[index]]));
}

export function formulaBatch(network: Network, step: number, count = BATCH_SIZE): LabelledImages {
  const { height, width, channels } = network.input;
  const input = [height, width, channels] as const;
  return { ...referenceBatch(step, { batchSize: count, input, classes: network.classes }), count };
}

/** Trains from one step to another on the formula's batches; one more layer freezes at every third step. */
export function trainSteps(session: TrainingSession, network: Network, range: readonly [number, number]): number[] {
  const losses: number[] = [];
  for (let step = range[0]; step < range[1]; step++) {
    const learningRates = new Array<number>(network.layers.length).fill(0.05);
    const frozenLayers = Math.floor(step / 3);
    const batch = formulaBatch(network, step);
    losses.push(session.train({ batch, step, frozenLayers, learningRates, readsLoss: true }) ?? Number.NaN);
  }
  return losses;
}
