import type { RunEvent } from '../run-event.ts';
import type { ReachedCheckpoint } from '../training/checkpoint.ts';
import type { StoredEvent } from '../training/lost-events.ts';
import type { AttemptEnd, Beat, BlockRun } from './block.ts';

/** Checkpoints keep a hundred events; attempts that started in vain may have added some of their own. */
const LAST_EVENTS = 300;

/** The ends after which only somebody's word lets a run go on. */
const LAST_WORDS: ReadonlySet<RunEvent['type']> = new Set([
  'run.finished',
  'run.paused',
  'run.stopped',
  'run.diverged',
  'run.failed',
]);

/** Attempts at a run without a new checkpoint: a cause that ends each of them would do so for ever. */
export const MOST_VAIN_ATTEMPTS = 3;

/** Where a run of a block stands after what was reported of it. */
export interface RunStanding {
  /** The highest number of an event, also of one that does not count. */
  readonly lastSeq: number;
  /** The last events, in order. */
  readonly stored: readonly StoredEvent[];
  /** The newest report of each checkpoint. */
  readonly reached: readonly ReachedCheckpoint[];
  /** Whether nothing goes on by itself any more: it was finished, stopped or paused, has failed or diverged. */
  readonly isOver: boolean;
}

/** Where the run stands that came into its block like this, and of which these events were reported there, in order. `highest` is the highest number there. */
export function reportedStanding(
  run: Pick<BlockRun, 'lastSeq' | 'stored' | 'reached'>,
  reported: readonly RunEvent[],
  highest = 0,
): RunStanding {
  const before = { lastSeq: run.lastSeq, stored: run.stored, reached: run.reached, isOver: false };
  const standing = standingAfter(before, reported);
  return { ...standing, lastSeq: Math.max(standing.lastSeq, highest) };
}

/** Where it stands once these events were reported too. */
export function standingAfter(before: RunStanding, reported: readonly RunEvent[]): RunStanding {
  const last = reported.at(-1);
  if (last === undefined) return before;
  const reached = new Map(before.reached.map((checkpoint) => [checkpoint.step, checkpoint]));
  for (const event of reported) {
    if (event.type !== 'checkpoint.saved') continue;
    const { step, seq, sha256, seconds } = event;
    reached.set(step, { step, seq, sha256, seconds });
  }
  return {
    lastSeq: last.seq,
    stored: [...before.stored, ...reported.slice(-LAST_EVENTS).map(({ seq, at }) => ({ seq, at }))].slice(-LAST_EVENTS),
    reached: [...reached.values()],
    isOver: LAST_WORDS.has(last.type),
  };
}

/** A run of a block as an attempt finds it. */
export interface AcceptedRun extends RunStanding {
  /** Attempts in a row, up to the last one, that brought no new checkpoint. */
  readonly vain: number;
}

/** What an attempt has left of itself. */
export interface PastAttempt {
  readonly attempt: number;
  /** Null where it cannot be read. */
  readonly beat: Beat | null;
  /** Null for one that was killed, or still lives. */
  readonly end: AttemptEnd | null;
}

/**
 * How many attempts in a row, up to the last one, had this run to train and brought no new checkpoint of it. `stepsBy` are the steps of the
 * checkpoints that each attempt has reported.
 */
export function vainAttempts(
  runId: string,
  past: readonly PastAttempt[],
  stepsBy: ReadonlyMap<number, readonly number[]>,
): number {
  let [count, newest] = [0, -1];
  for (const { attempt, beat, end } of past) {
    const steps = stepsBy.get(attempt) ?? [];
    const isAtIt = beat?.run === runId || steps.length > 0;
    if (end?.gaveUp.includes(runId) || steps.some((step) => step > newest)) count = 0;
    else if (isAtIt) count += 1;
    newest = Math.max(newest, ...steps);
  }
  return count;
}
