import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { NamedArrays, TrainingSession } from '#core/training/session.ts';
import type { ReferenceNetwork, ReferenceRun } from './reference.ts';
import { fillReferenceVariables, referenceBatch } from './reference.ts';

interface SetUp extends Pick<ReferenceNetwork, 'variables'> {
  readonly spec: Pick<ReferenceNetwork['spec'], 'model' | 'input' | 'classes'>;
}

/** The network of a fixture and its initial weights by name. */
export function referenceSetup({ spec, variables }: SetUp): { network: Network; weights: NamedArrays } {
  const [height, width, channels] = spec.input;
  const network = buildNetwork(spec.model, { height, width, channels }, spec.classes);
  const names = describeNetwork(network).flatMap((layer) => layer.variables.map(({ name }) => name));
  const values = fillReferenceVariables(variables);
  return { network, weights: new Map(names.map((name, index) => [name, values[index]])) };
}

/** Trains as the reference did, from its weights on its batches, with its rates and freezes; gives the loss of each step. */
export function trainLikeReference(
  session: TrainingSession,
  { spec }: ReferenceNetwork,
  { learningRates, freezeSteps }: ReferenceRun,
): number[] {
  return learningRates.map((rates, step) => {
    const loss = session.train({
      batch: { ...referenceBatch(step, spec), count: spec.batchSize },
      step,
      frozenLayers: freezeSteps.filter((freezeStep) => freezeStep !== null && freezeStep <= step).length,
      learningRates: rates,
      readsLoss: true,
    });
    return loss ?? Number.NaN;
  });
}
