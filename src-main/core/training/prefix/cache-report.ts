import type { RunEvent, RunEventOf } from '#core/run-event.ts';

export type CacheDecision = RunEventOf<'prefix-cache.decided'>;

/** What a run reports about its cache of frozen layers. */
export interface CacheReport {
  /** The newest decision for each depth, by depth. */
  readonly decisions: readonly CacheDecision[];
  /**
   * Summed over all parts of the run that have ended (a paused run has more than one); null before the first part ends.
   */
  readonly outcome: CacheOutcome | null;
}

export interface CacheOutcome {
  /** Images read while layers were frozen; `kept` counts those whose values were kept, at this or an earlier depth. */
  readonly images: number;
  readonly kept: number;
  /** In seconds. */
  readonly saved: number;
  readonly predictedSaved: number;
}

/**
 * The report of a run; null where it decided nothing, since no layer has frozen. `history` is ordered by event number.
 */
export function cacheReport(history: readonly RunEvent[]): CacheReport | null {
  const newest = new Map<number, CacheDecision>();
  let outcome: CacheOutcome | null = null;
  for (const event of history) {
    if (event.type === 'prefix-cache.decided') newest.set(event.depth, event);
    if (event.type === 'prefix-cache.finished') outcome = withPart(outcome, event);
  }
  if (newest.size === 0) return null;
  return { decisions: [...newest.values()].sort((left, right) => left.depth - right.depth), outcome };
}

function withPart(before: CacheOutcome | null, part: RunEventOf<'prefix-cache.finished'>): CacheOutcome {
  return {
    images: (before?.images ?? 0) + part.images,
    kept: (before?.kept ?? 0) + part.hits + part.advanced,
    saved: (before?.saved ?? 0) + part.saved,
    predictedSaved: (before?.predictedSaved ?? 0) + part.predictedSaved,
  };
}
