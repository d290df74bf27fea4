import type { PhaseSeconds } from '#core/run-event.ts';
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

/** The option of `lab runs resume` that gives up a run's checkpoints, by which a sentence that offers it is known. */
export const ANEW_OPTION = '--anew';

/** A checkpoint that a run has reported. */
export interface ReachedCheckpoint {
  readonly step: number;
  /** The number of the event that reported it. */
  readonly seq: number;
  /** The hash of its weights, in hexadecimal. */
  readonly sha256: string;
  /** Active seconds of the run up to it. */
  readonly seconds: PhaseSeconds;
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
