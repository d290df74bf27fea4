import type { Visits } from '#core/training/prefix/visits.ts';
import { visitsIn } from '#core/training/prefix/visits.ts';

/** Steps of an epoch at a boundary; its number is that of the frozen layers too. */
export interface EpochPart {
  readonly boundary: number;
  readonly steps: number;
}

/** The visits of a run that goes through these epochs, whose steps are those of the first one. */
export function visitedEpochs(epochs: readonly (readonly EpochPart[])[], views = 1): Visits {
  const stepsPerEpoch = epochs[0].reduce((sum, { steps }) => sum + steps, 0);
  let firstStep = 0;
  const phases = epochs.flat().map(({ boundary, steps }) => {
    firstStep += steps;
    return { firstStep: firstStep - steps, length: steps, frozenLayers: boundary };
  });
  const depths = Array.from(
    { length: 1 + Math.max(...phases.map((phase) => phase.frozenLayers)) },
    (_, depth) => depth,
  );
  return visitsIn(phases, { depths, stepsPerEpoch, views, fromStep: 0 });
}
