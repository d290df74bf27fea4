import { initialWeights } from '#core/network/initial-weights.ts';
import type { Network } from '#core/network/ops.ts';
import type { Checkpoint } from '#core/training/checkpoint.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { FIRST_STATE } from '#core/training/progress.ts';
import type { NamedArrays, TrainingSession } from '#core/training/session.ts';
import type { FoundCheckpoint } from '../checkpoints/checkpoint-folder.ts';
import { readWeights } from '../checkpoints/variables.ts';

/** The state with which a run begins: the content of a checkpoint, or only first weights. */
export interface StartingPoint extends Omit<Checkpoint, 'gradientSums'> {
  /** Null: all zeros. */
  readonly gradientSums: NamedArrays | null;
}

/** The starting point of a run. Throws what `readWeights` throws, if the spec names a file of weights. */
export async function startingPoint(
  plan: TrainingPlan,
  network: Network,
  found: FoundCheckpoint | null,
): Promise<StartingPoint> {
  if (found !== null) return found.checkpoint;
  const { initialWeights: path, model, seed } = plan.spec;
  const weights =
    path === undefined ? initialWeights(network, model.kind, seed) : await readWeights(path, plan.descriptions);
  return { state: FIRST_STATE, weights, optimizer: new Map(), gradientSums: null, best: new Map() };
}

/** Sets all variables of the session to the starting point, whatever changed them before. */
export function restoreTo(session: TrainingSession, { weights, optimizer, gradientSums }: StartingPoint): void {
  session.restore(weights, optimizer);
  if (gradientSums !== null) session.setGradientSums(gradientSums);
}
