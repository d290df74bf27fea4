import { freezePhases } from '#core/policy/cost.ts';
import type { TrainingPlan } from '../plan.ts';
import { epochOf } from '../plan.ts';

/** Steps of an epoch in one phase. */
export interface VisitStretch {
  /** The number of the freeze phase, from 1 on: in phase 0 no layer is frozen. */
  readonly phase: number;
  readonly steps: number;
}

export interface VisitedEpoch {
  /** Counts from 1. */
  readonly epoch: number;
  readonly stretches: readonly VisitStretch[];
}

/** When the images of a run are read while layers are frozen. */
export interface Visits {
  readonly epochs: readonly VisitedEpoch[];
  readonly stepsPerEpoch: number;
  /** The number of fixed views of every image; each epoch reads one of them, in turn. */
  readonly views: number;
  readonly lastEpoch: number;
}

/** The number of frozen layers in each phase, from phase 0 on. */
export function phaseDepths({ schedule, steps }: Pick<TrainingPlan, 'schedule' | 'steps'>): readonly number[] {
  return freezePhases(schedule, steps).map(({ frozenLayers }) => frozenLayers);
}

/** The steps from `fromStep` on, cut at epochs and at freezes. */
export function visitsOf(plan: TrainingPlan, views: number, fromStep: number): Visits {
  const { schedule, steps, stepsPerEpoch } = plan;
  const epochs = new Map<number, VisitStretch[]>();
  for (const [phase, { firstStep, length }] of freezePhases(schedule, steps).entries()) {
    const end = firstStep + length;
    let step = phase === 0 ? end : Math.max(firstStep, fromStep);
    while (step < end) {
      const epoch = epochOf(plan, step);
      const next = Math.min(end, epoch * stepsPerEpoch);
      epochs.set(epoch, [...(epochs.get(epoch) ?? []), { phase, steps: next - step }]);
      step = next;
    }
  }
  return {
    epochs: Array.from(epochs, ([epoch, stretches]) => ({ epoch, stretches })),
    stepsPerEpoch,
    views,
    lastEpoch: epochOf(plan, steps - 1),
  };
}

/** Whether the views that this epoch reads are never read again. */
export function isLastVisit({ views, lastEpoch }: Pick<Visits, 'views' | 'lastEpoch'>, epoch: number): boolean {
  return epoch + views > lastEpoch;
}
