import type { TrainingState } from './progress.ts';
import type { NamedArrays, OptimizerState } from './session.ts';

export interface Checkpoint {
  readonly state: TrainingState;
  /** All variables, running statistics included. */
  readonly weights: NamedArrays;
  /** Of the layers that train. */
  readonly optimizer: OptimizerState;
  /** Sums since the last decision of a policy that decides by them; empty under any other policy. */
  readonly gradientSums: NamedArrays;
  /** The weights of the best epoch, for a run that ends early and tests those; else empty. */
  readonly best: NamedArrays;
}

/** What identifies a file of weights. */
export interface FileDigest {
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/**
 * Stores what a run needs to continue. Both methods throw 'no-space' where the disk is full, and then keep what was
 * there before.
 */
export interface CheckpointStore {
  save(checkpoint: Checkpoint): Promise<FileDigest>;
  /** The final weights, as a file of their own. */
  saveWeights(weights: NamedArrays): Promise<void>;
}
