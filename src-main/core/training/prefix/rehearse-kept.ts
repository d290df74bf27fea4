import type { TrainingSession } from '../session.ts';
import type { CachePlan } from './cache-plan.ts';
import type { Visits } from './visits.ts';

export interface RehearsedCache {
  readonly session: Pick<TrainingSession, 'rehearse'>;
  readonly plan: CachePlan;
  readonly visits: Visits;
  readonly batchSize: number;
  /** Frozen layers, by phase. */
  readonly depths: readonly number[];
  /** Values of one image at the boundary, by phase. */
  readonly sizes: readonly number[];
}

/**
 * One step from kept values at every depth that will have some: a library prepares a step when it is first asked for, and that
 * is to happen before the run's clock starts, not at each freeze. The caller restores the session's variables.
 */
export function rehearseKept(cache: RehearsedCache): void {
  const { session, batchSize, depths, sizes } = cache;
  const batch = { images: new Float32Array(), labels: new Int32Array(batchSize), count: batchSize };
  for (const phase of phasesWithValues(cache)) {
    const prefixOutput = new Float32Array(batchSize * sizes[phase]);
    session.rehearse({ batch, frozenLayers: depths[phase], prefixOutput });
  }
}

/** Those still to come, from the first one on at which anything is kept: later ones take its values on. */
function phasesWithValues({ plan, visits }: RehearsedCache): readonly number[] {
  const toCome = new Set(visits.epochs.flatMap(({ stretches }) => stretches.map(({ phase }) => phase)));
  const isKept = ({ inMemory, onDisk }: CachePlan['phases'][number]) => inMemory > 0 || onDisk.to > onDisk.from;
  const phases = [...toCome].sort((left, right) => left - right);
  const first = phases.findIndex((phase) => isKept(plan.phases[phase]));
  return first === -1 ? [] : phases.slice(first);
}
