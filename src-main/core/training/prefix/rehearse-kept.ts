import type { TrainingSession } from '../session.ts';
import type { CachePlan } from './cache-plan.ts';
import type { Visits } from './visits.ts';

export interface RehearsedCache {
  readonly session: Pick<TrainingSession, 'rehearse'>;
  readonly plan: CachePlan;
  readonly visits: Visits;
  readonly batchSize: number;
  /** The number of frozen layers in each phase. */
  readonly depths: readonly number[];
  /** The number of values of one image at each phase's boundary. */
  readonly sizes: readonly number[];
}

/**
 * Rehearses one step from kept values at every depth that will have some. A library prepares a step when it first runs, and that
 * should happen before the run's clock starts, not at each freeze. The caller restores the session's variables.
 */
export function rehearseKept(cache: RehearsedCache): void {
  const { session, batchSize, depths, sizes } = cache;
  const batch = { images: new Float32Array(), labels: new Int32Array(batchSize), count: batchSize };
  for (const phase of phasesWithValues(cache)) {
    const prefixOutput = new Float32Array(batchSize * sizes[phase]);
    session.rehearse({ batch, frozenLayers: depths[phase], prefixOutput });
  }
}

/** The phases still to come, from the first at which anything is kept: later phases continue from its values. */
function phasesWithValues({ plan, visits }: RehearsedCache): readonly number[] {
  const toCome = new Set(visits.epochs.flatMap(({ stretches }) => stretches.map(({ phase }) => phase)));
  const isKept = ({ inMemory, onDisk }: CachePlan['phases'][number]) => inMemory > 0 || onDisk.to > onDisk.from;
  const phases = [...toCome].sort((left, right) => left - right);
  const first = phases.findIndex((phase) => isKept(plan.phases[phase]));
  return first === -1 ? [] : phases.slice(first);
}
