import { expect, it } from 'vitest';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { planTraining } from '#core/training/plan.ts';
import { drawFirstWeights } from '../../src-main/trainer/first-weights.ts';
import { DATASET } from '../support/trainer.ts';

it.each([
  { kind: 'wide-resnet', depth: 10, width: 1, skip: true },
  // 2.7 million weights, which a thread draws.
  { kind: 'wide-resnet', depth: 16, width: 4, skip: true },
] as const)('the weights of a run of %j are those of its seed', async (model) => {
  const network = buildNetwork(model, DATASET, DATASET.classes);
  const counts = { train: 100, validation: 0, test: 40 };
  const spec = resolvedRunSpecSchema.parse({ dataset: DATASET, ...counts, model, epochs: 1, seed: 3 });
  const weights = await drawFirstWeights(planTraining(spec, network));
  expect(weights).toEqual(initialWeights(network, model.kind, 3));
});
