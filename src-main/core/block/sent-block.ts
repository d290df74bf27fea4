/** Runs that another machine trains, one after the other, for as long as one of its processes may still report. */
export interface SentBlock {
  readonly id: string;
  readonly machine: string;
  /** The block's folder, as the machine names it. */
  readonly folder: string;
  /** Ids, in the order in which they train. */
  readonly runs: readonly string[];
  readonly submittedAt: number;
}

/** The part of the store that knows which runs train elsewhere. */
export interface SentBlocks {
  /**
   * Hands waiting runs to another machine. From then on they are in no queue here, opening the home does not interrupt them, and only
   * `appendEvents` changes where they stand. Throws 'conflict' for a run that does not wait here.
   */
  sendBlock(block: SentBlock): Promise<void>;
  /** The blocks that are elsewhere, in the order in which they were sent. */
  blocks(): Promise<readonly SentBlock[]>;
  /**
   * Takes the block's runs back once nothing can report on them any more, and all that was reported is stored: those that have not ended are
   * interrupted for this reason. Throws 'not-found' for an unknown block.
   */
  takeBlockBack(block: string, reason: string): Promise<void>;
}
