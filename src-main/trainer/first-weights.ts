import { drawnWeights } from '#core/network/initial-weights.ts';
import { product } from '#core/network/shape-ops.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import type { NamedArrays } from '#core/training/session.ts';
import { askThread } from '../threads/answer-once.ts';
import type { DrawRequest } from './first-weights-thread.ts';

/** So many are drawn in a tenth of a second, in which a thread starts. */
const FEW_WEIGHTS = 2e6;

/** The first weights of a run, drawn by its seed. Those of a large network are drawn in a thread: ten million take most of a second. */
export async function drawFirstWeights(plan: TrainingPlan): Promise<NamedArrays> {
  const { model, seed } = plan.spec;
  const variables = plan.descriptions.flatMap((layer) => layer.variables);
  const count = variables.reduce((sum, { shape }) => sum + product(shape), 0);
  if (count <= FEW_WEIGHTS) return drawnWeights(variables, model.kind, seed);
  const request: DrawRequest = { variables, kind: model.kind, seed };
  const thread = new URL('./first-weights-thread.ts', import.meta.url);
  return askThread(thread, { name: 'first weights', does: 'draws the first weights', request });
}
