import { drawnWeights } from '#core/network/initial-weights.ts';
import type { ModelSpec } from '#core/network/network.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import type { NamedArrays } from '#core/training/session.ts';
import { answerOnce } from '../threads/answer-once.ts';
import { moving } from '../threads/channel.ts';

// Entry of the thread that draws the first weights of a large network while TensorFlow is loaded.

export interface DrawRequest {
  readonly variables: readonly VariableDescription[];
  readonly kind: ModelSpec['kind'];
  readonly seed: number;
}

answerOnce(async ({ variables, kind, seed }: DrawRequest): Promise<NamedArrays> => {
  const weights = drawnWeights(variables, kind, seed);
  const memories = new Set([...weights.values()].map(({ buffer }) => buffer as ArrayBuffer));
  return moving(weights, [...memories]);
});
