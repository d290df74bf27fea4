import type { BoundaryPlan, CachePlan } from './cache-plan.ts';

/** What the run reports about one depth. */
export interface KeepingDecision {
  /** `disk` where at least a part is on disk. */
  readonly place: 'memory' | 'disk' | 'none';
  /** Images (times their views) whose values are kept. */
  readonly images: number;
  /** The bytes of these values, in memory and on disk together. */
  readonly bytes: number;
  /** Seconds that keeping them is predicted to save while this depth lasts. */
  readonly predictedSaved: number;
  readonly reason: string;
}

/** The decision at a boundary. `bytes` are those of one image, by boundary. */
export function decisionAt(
  boundaries: readonly BoundaryPlan[],
  boundary: number,
  bytes: readonly number[],
): KeepingDecision {
  const { inMemory, onDisk, ordinaryMs, cachedMs } = boundaries[boundary];
  const counts = { inMemory, onDisk: onDisk.to - onDisk.from };
  const images = counts.inMemory + counts.onDisk;
  return {
    place: placeOf(counts),
    images,
    bytes: images * bytes[boundary],
    predictedSaved: (ordinaryMs - cachedMs) / 1000,
    reason: reasonOf(counts, cachedMs < ordinaryMs),
  };
}

export function withoutDisk({ boundaries, savedMs }: CachePlan): CachePlan {
  return { boundaries: boundaries.map((boundary) => ({ ...boundary, onDisk: { from: 0, to: 0 } })), savedMs };
}

interface Counts {
  readonly inMemory: number;
  readonly onDisk: number;
}

function placeOf({ inMemory, onDisk }: Counts): KeepingDecision['place'] {
  if (onDisk > 0) return 'disk';
  return inMemory > 0 ? 'memory' : 'none';
}

function reasonOf({ inMemory, onDisk }: Counts, isEarlierUsed: boolean): string {
  if (inMemory + onDisk > 0) {
    const places = [...(inMemory > 0 ? [`${inMemory} in memory`] : []), ...(onDisk > 0 ? [`${onDisk} on disk`] : [])];
    return `Keeping pays: ${places.join(', ')}.`;
  }
  if (isEarlierUsed)
    return 'Too few steps are left at this depth: values that were kept at an earlier depth are used from there.';
  return 'Keeping would cost more than it saves.';
}
