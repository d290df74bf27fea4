import { z } from 'zod';
import type { KindField } from '#core/kind.ts';

/**
 * What the batch norms of frozen layers do: they are frozen too, or, as in tools that only take the gradients away, their layers
 * go on in training mode, so that they normalise by the batch and their running statistics move.
 */
export const frozenBatchNormSchema = z.enum(['frozen', 'statistics-move']).default('frozen');

type FrozenBatchNorm = z.infer<typeof frozenBatchNormSchema>;

interface WithFrozenBatchNorm {
  readonly frozenBatchNorm: FrozenBatchNorm;
}

export const FROZEN_BATCH_NORM_FIELD: KindField = {
  ...{ key: 'frozenBatchNorm', label: 'Frozen batch norm', type: 'choice', choices: ['frozen', 'statistics-move'] },
  hint: 'statistics-move: as tools do that only take the gradients away',
};

export function movesStatistics({ frozenBatchNorm }: WithFrozenBatchNorm): boolean {
  return frozenBatchNorm === 'statistics-move';
}

/** What is added to the name of an arm. */
export function statisticsName(policy: WithFrozenBatchNorm): string {
  return movesStatistics(policy) ? ', statistics move' : '';
}

/** What is added to the methods text. */
export function statisticsText(policy: WithFrozenBatchNorm): string {
  return movesStatistics(policy)
    ? ' Frozen layers run in training mode without gradients, unlike under all other policies: their batch norms use the statistics of the batch, their running statistics move, and dropout is on.'
    : '';
}
