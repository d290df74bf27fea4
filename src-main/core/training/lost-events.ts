import type { RunEvent } from '#core/run-event.ts';

/** By its number and its moment an event is known: a restored database may have given the number to another one. */
export interface StoredEvent {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a database knows of the last events of a run. */
export interface StoredEvents {
  /** Number of the last one; 0 where there is none. */
  readonly lastSeq: number;
  /** The last ones in order; more than a checkpoint keeps. */
  readonly stored: readonly StoredEvent[];
}

/** What a checkpoint says of the events before it. */
export interface KeptEvents {
  readonly recentEvents: readonly RunEvent[];
  /** The one before them; null where they are all that the run had reported, undefined in checkpoints of earlier versions. */
  readonly before?: StoredEvent | null | undefined;
}

/**
 * The events before a checkpoint that the database lacks, since the program died with them unread or a backup was restored. Null where it also lacks
 * events that the checkpoint does not keep, so that going on from there would leave a gap.
 */
export function lostEvents({ recentEvents, before }: KeptEvents, known: StoredEvents): readonly RunEvent[] | null {
  const moments = new Map(known.stored.map(({ seq, at }) => [seq, at]));
  const isStored = ({ seq, at }: StoredEvent) => moments.get(seq) === at;
  const last = recentEvents.findLastIndex(isStored);
  if (last >= 0) return recentEvents.slice(last + 1);
  if (before === undefined) return withoutPredecessor(recentEvents, known.lastSeq);
  return before === null || isStored(before) ? recentEvents : null;
}

/** By numbers alone. The event that a program has noted of the death of another one may have taken the number of the first lost one. */
function withoutPredecessor(recentEvents: readonly RunEvent[], lastSeq: number): readonly RunEvent[] | null {
  const [first] = recentEvents;
  if (first !== undefined && first.seq > lastSeq + 1) return null;
  return recentEvents.filter(({ seq }) => seq >= lastSeq);
}
