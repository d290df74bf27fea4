import type { BlockCourse } from '../machines/block-course.ts';
import type { RunRecord } from '../records.ts';

/** Runs that another machine trains, one after the other, for as long as one of its processes may still report. */
export interface SentBlock {
  readonly id: string;
  readonly machine: string;
  /** The block's folder, as the machine names it. */
  readonly folder: string;
  /** Ids, in the order in which they train. */
  readonly runs: readonly string[];
  readonly submittedAt: number;
  /** Ids of blocks that have to be over before this one goes out. */
  readonly after: readonly string[];
  readonly course: BlockCourse;
}

/** Whether it measures step times for other blocks, and trains nothing. */
export function isCalibration({ course }: Pick<SentBlock, 'course'>): boolean {
  return Object.keys(course.calibrates).length > 0;
}

/** Where a run that was in a block has left its checkpoints and its weights. */
export interface LeftElsewhere {
  readonly run: string;
  readonly machine: string;
  readonly block: string;
}

/** The part of the store that knows which runs train elsewhere. */
export interface SentBlocks {
  /**
   * Hands waiting runs to another machine, those of all these blocks or none: a block stands behind those that it waits for. From then on they are in
   * no queue here, opening the home does not interrupt them, and only `appendEvents` changes where they stand. Throws 'conflict' for a run that does
   * not wait here.
   */
  sendBlocks(blocks: readonly SentBlock[]): Promise<void>;
  /** The blocks that are elsewhere, in the order in which they were sent. */
  blocks(): Promise<readonly SentBlock[]>;
  /**
   * Takes the block's runs back once nothing can report on them any more, and all that was reported is stored: those that have not ended are
   * interrupted for this reason. Blocks that waited for it need not do so any more. Throws 'not-found' for an unknown block.
   */
  takeBlockBack(block: string, reason: string): Promise<void>;
  /**
   * Forgets a calibration that is over. S' of the equal-time arms is fixed by what it has measured; where something is missing of that, the runs that wait
   * for it are taken back for this reason. Gives the runs that waited. Throws 'not-found' for an unknown block.
   */
  endCalibration(block: string, failure: string): Promise<readonly Pick<RunRecord, 'id' | 'studyId'>[]>;
  /** Keeps how a block comes along. Throws 'not-found' for an unknown block. */
  noteCourse(block: string, course: BlockCourse): Promise<void>;
  /** Which of these runs have left their checkpoints on another machine, and trains nowhere now. */
  leftElsewhere(runs: readonly string[]): Promise<readonly LeftElsewhere[]>;
  /** Gives up what the run has left elsewhere: it begins anew. */
  forgetElsewhere(run: string): Promise<void>;
}
