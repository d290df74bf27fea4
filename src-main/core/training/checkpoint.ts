import type { TrainingState } from './progress.ts';
import type { NamedArrays } from './session.ts';

export interface Checkpoint {
  readonly state: TrainingState;
  /** All variables, running statistics included. */
  readonly weights: NamedArrays;
  readonly momentum: NamedArrays;
  /** Summed since the last decision of a policy that decides by them; empty under any other. */
  readonly gradientSums: NamedArrays;
}

/** What identifies a file of weights. */
export interface FileDigest {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Keeps what a run needs to go on. Both throw 'no-space' where the disk is full, and leave what was there before. */
export interface CheckpointStore {
  save(checkpoint: Checkpoint): Promise<FileDigest>;
  /** The final weights, as a file of their own. */
  saveWeights(weights: NamedArrays): Promise<void>;
}
