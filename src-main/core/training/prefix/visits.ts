import type { FreezePhase, Freezes } from '#core/policy/cost.ts';
import { freezePhases } from '#core/policy/cost.ts';

/** Steps of one epoch with the same number of frozen layers. */
export interface VisitStretch {
  /** Counts from 1. */
  readonly epoch: number;
  readonly firstStep: number;
  readonly steps: number;
  /** The boundary behind the frozen layers: 0 where no layer is frozen. */
  readonly boundary: number;
  /**
   * Whether an image that is read here is read again before a layer in front of the boundary trains. Otherwise its values are
   * not worth keeping.
   */
  readonly isReadAgain: boolean;
}

/** When the images of a run are read, and how many layers are frozen then. */
export interface Visits {
  /** In the order of their steps. */
  readonly stretches: readonly VisitStretch[];
  readonly stepsPerEpoch: number;
  /** The number of fixed views of every image; each epoch reads one of them, in turn. */
  readonly views: number;
}

/**
 * The numbers of frozen layers behind which a run has a boundary, from 0 on, whose values are the images. Each number occurs once,
 * though a run may come back to it.
 */
export function boundaryDepths({ schedule, steps }: Omit<VisitingPlan, 'stepsPerEpoch'>): readonly number[] {
  const depths = freezePhases(schedule, steps).map(({ frozenLayers }) => frozenLayers);
  return [...new Set([0, ...depths])].sort((left, right) => left - right);
}

/** The steps from `fromStep` on, cut at epochs, at freezes, and where layers train again. */
export function visitsOf(plan: VisitingPlan, views: number, fromStep: number): Visits {
  const { schedule, steps, stepsPerEpoch } = plan;
  return visitsIn(freezePhases(schedule, steps), { depths: boundaryDepths(plan), stepsPerEpoch, views, fromStep });
}

/** The part of a run's plan that says what is frozen when. */
export interface VisitingPlan {
  readonly schedule: Freezes;
  readonly steps: number;
  readonly stepsPerEpoch: number;
}

export interface ReadingOrder extends Pick<Visits, 'stepsPerEpoch' | 'views'> {
  /** The number of frozen layers in front of each boundary. */
  readonly depths: readonly number[];
  readonly fromStep: number;
}

/** The same for phases that follow one another from step 0 on. */
export function visitsIn(
  phases: readonly FreezePhase[],
  { depths, stepsPerEpoch, views, fromStep }: ReadingOrder,
): Visits {
  const last = phases[phases.length - 1];
  const steps = last.firstStep + last.length;
  const boundaries = phases.map(({ frozenLayers }) => depths.indexOf(frozenLayers));
  const stretches: VisitStretch[] = [];
  for (const [index, { firstStep, length }] of phases.entries()) {
    const end = firstStep + length;
    for (let first = Math.max(firstStep, fromStep); first < end; ) {
      const epoch = Math.floor(first / stepsPerEpoch) + 1;
      const next = Math.min(end, epoch * stepsPerEpoch);
      const isReadAgain = staysFrozen(index, (epoch + views - 1) * stepsPerEpoch);
      stretches.push({ epoch, firstStep: first, steps: next - first, boundary: boundaries[index], isReadAgain });
      first = next;
    }
  }
  return { stretches, stepsPerEpoch, views };

  /** Whether all layers that are frozen in a phase stay so until a later step. */
  function staysFrozen(index: number, step: number): boolean {
    if (step >= steps) return false;
    const between = boundaries.slice(index).filter((_, place) => phases[index + place].firstStep <= step);
    return Math.min(...between) === boundaries[index];
  }
}

/**
 * For each boundary, the boundaries at which values that were kept there may be used, itself included: those that the run reaches
 * from there while no layer in front of it trains.
 */
export function reachedBoundaries({ stretches }: Pick<Visits, 'stretches'>, count: number): readonly Set<number>[] {
  const reached = Array.from({ length: count }, () => new Set<number>());
  const begun = new Set<number>();
  for (const { boundary } of stretches) {
    for (const from of begun) if (from > boundary) begun.delete(from);
    begun.add(boundary);
    for (const from of begun) reached[from].add(boundary);
  }
  return reached;
}
