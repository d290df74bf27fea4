import type { RunEvent, RunEventOf } from '#core/run-event.ts';

export type CacheDecision = RunEventOf<'prefix-cache.decided'>;

/** What a run says of its cache of frozen layers. */
export interface CacheReport {
  /** The newest of each depth, by depth. */
  readonly decisions: readonly CacheDecision[];
  /** Over all parts of the run that have ended, of a run that was paused more than one; null before the first one ends. */
  readonly outcome: CacheOutcome | null;
}

export interface CacheOutcome {
  /** Images that were read while layers were frozen, and those of them whose values were kept, at this or an earlier depth. */
  readonly images: number;
  readonly kept: number;
  /** Seconds. */
  readonly saved: number;
  readonly predictedSaved: number;
}

/** Null where it decided nothing: no layer has frozen. `history` in order of its numbers. */
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
