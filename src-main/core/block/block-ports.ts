import type { RunEvent } from '../run-event.ts';
import type { AttemptEnd, Beat, Block, Control } from './block.ts';
import type { AcceptedRun } from './run-standing.ts';

/** A block's folder as the newest attempt at it, which alone writes its own files. */
export interface ClaimedBlock {
  readonly block: Block;
  readonly attempt: number;
  /** Where newer attempts claim the block. */
  readonly claimPath: string;
  /** The folder of a run. */
  runFolder(runId: string): string;
  /** Where a run stands after what all attempts have reported, from where this one goes on; waits a while where the folder shows that late. */
  accepted(runId: string): Promise<AcceptedRun>;
  /**
   * Adds whole lines of events to this attempt's file of the run, and syncs them; after a failure, the next call writes in the place of what
   * failed. Throws 'conflict' where a newer attempt has the block, and 'no-space' on a full disk.
   */
  append(runId: string, events: readonly RunEvent[]): Promise<void>;
  /** Whether a newer attempt has the block; no where the claim cannot be read now. */
  isSuperseded(): Promise<boolean>;
  /** What the user wants of runs, without what was for earlier attempts. */
  controls(): Promise<readonly Control[]>;
  /** Writes where this attempt is. */
  beat(beat: Beat): Promise<void>;
  /** Writes the last word of this attempt. */
  end(end: AttemptEnd): Promise<void>;
}

/** The scheduler's job in which an attempt runs. */
export interface SchedulerJob {
  readonly id: string;
  readonly node: string | null;
  /** When the scheduler ends it, in ms since 1970; null where that is not known now. */
  endsAt(): Promise<number | null>;
  /** Has it started again from the queue. Throws 'unavailable' where the scheduler refuses or does not answer. */
  requeue(): Promise<void>;
}
