import type { TrainingSession } from '../session.ts';
import type { CachePlan } from './cache-plan.ts';
import type { Visits } from './visits.ts';
import { reachedBoundaries } from './visits.ts';

export interface RehearsedCache {
  readonly session: Pick<TrainingSession, 'rehearse'>;
  readonly plan: CachePlan;
  readonly visits: Visits;
  readonly batchSize: number;
  /** The number of frozen layers in front of each boundary. */
  readonly depths: readonly number[];
  /** The number of values of one image at each boundary. */
  readonly sizes: readonly number[];
}

/**
 * Rehearses one step from kept values at every depth that will have some. A library prepares a step when it first runs, and that
 * should happen before the run's clock starts, not at each freeze. The caller restores the session's variables.
 */
export function rehearseKept(cache: RehearsedCache): void {
  const { session, batchSize, depths, sizes } = cache;
  const batch = { images: new Float32Array(), labels: new Int32Array(batchSize), count: batchSize };
  for (const boundary of boundariesWithValues(cache)) {
    const prefixOutput = new Float32Array(batchSize * sizes[boundary]);
    session.rehearse({ batch, frozenLayers: depths[boundary], prefixOutput });
  }
}

/** The boundaries at which anything is kept, and those at which the run continues from kept values, in order. */
function boundariesWithValues({ plan, visits }: RehearsedCache): readonly number[] {
  const isKept = ({ inMemory, onDisk }: CachePlan['boundaries'][number]) => inMemory > 0 || onDisk.to > onDisk.from;
  const reached = reachedBoundaries(visits, plan.boundaries.length);
  const withValues = reached.filter((_, boundary) => isKept(plan.boundaries[boundary])).flatMap((set) => [...set]);
  return [...new Set(withValues)].sort((left, right) => left - right);
}
