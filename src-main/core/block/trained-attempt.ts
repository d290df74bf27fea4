/** The attempt at a block of which a trainer is a part: one of several lives of the program that trains the block's runs. */
export interface TrainedAttempt {
  readonly attempt: number;
  /** The file in which newer attempts claim the block: from then on this one may neither write nor remove a checkpoint. */
  readonly claimPath: string;
  /** A folder on a disk of the machine's own, for what may be lost with it; null where the run's folder is to be used. */
  readonly scratch: string | null;
}
