import { badRequest } from '../errors.ts';
import { permutation, randomStream } from '../random.ts';
import type { Augmentation } from './input-settings.ts';

/** Which images make up the batch of a step. */
export type BatchPlan = {
  readonly batchSize: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly augment: Augmentation;
  /** The least share of the area of a random resized crop. */
  readonly cropScale?: number | undefined;
  /**
   * The number of fixed augmented views of every image, used in turn, one per epoch; undefined: a new view every epoch.
   */
  readonly views?: number | undefined;
  /** The short last batch of an epoch: dropped in training, kept in evaluation. */
  readonly shortLastBatch: 'drop' | 'keep';
};

export type BatchSelection = {
  /** Selects the draw of the augmentation: the epoch, or the number of a fixed view, counted from 0. */
  readonly round: number;
  /** The images of the batch, as their places in the image set. */
  readonly indices: Uint32Array;
};

export type EpochOrderOptions = {
  readonly seed: number;
  /** Counts from 1. */
  readonly epoch: number;
  readonly count: number;
  readonly shuffle: boolean;
};

export function trainingBatchPlan(options: Omit<BatchPlan, 'shortLastBatch'>): BatchPlan {
  return { ...options, shortLastBatch: 'drop' };
}

/** Reads the images in the order of the file, unchanged, each exactly once. */
export function evaluationBatchPlan(batchSize: number): BatchPlan {
  return { batchSize, seed: 0, shuffle: false, augment: 'none', shortLastBatch: 'keep' };
}

/** The order in which an epoch visits the images: that of the file, or a permutation drawn from (seed, epoch). */
export function epochOrder({ seed, epoch, count, shuffle }: EpochOrderOptions): Uint32Array {
  if (!shuffle) return Uint32Array.from({ length: count }, (_, index) => index);
  return permutation(count, randomStream(seed, 'shuffle', epoch));
}

/** Batches in an epoch over `count` images. */
export function stepsPerEpoch(plan: Pick<BatchPlan, 'batchSize' | 'shortLastBatch'>, count: number): number {
  if (!Number.isSafeInteger(plan.batchSize) || plan.batchSize < 1) {
    throw badRequest(`"batchSize" is ${plan.batchSize}; it must be a whole number of at least 1.`);
  }
  const steps = count / plan.batchSize;
  if (plan.shortLastBatch === 'keep') return Math.ceil(steps);
  if (steps < 1) {
    throw badRequest(`"batchSize" ${plan.batchSize} is more than the ${count} training images; lower it.`);
  }
  return Math.floor(steps);
}

/** Epochs count from 1, views from 0. */
function roundOf(epoch: number, views: number | undefined): number {
  return views === undefined ? epoch : (epoch - 1) % views;
}

/**
 * Selects the batch of any step of a run: a function of plan, count and step alone. Keeps only the last epoch's order.
 */
export class BatchSchedule {
  readonly stepsPerEpoch: number;
  readonly #plan: BatchPlan;
  readonly #count: number;
  #epoch = 0;
  #order: Uint32Array = new Uint32Array(0);

  constructor(plan: BatchPlan, count: number) {
    this.stepsPerEpoch = stepsPerEpoch(plan, count);
    this.#plan = plan;
    this.#count = count;
  }

  /** Steps count from 0 over the whole run: epoch = floor(step / stepsPerEpoch) + 1. */
  selectionAt(step: number): BatchSelection {
    const epoch = Math.floor(step / this.stepsPerEpoch) + 1;
    const start = (step % this.stepsPerEpoch) * this.#plan.batchSize;
    const indices = this.#orderOf(epoch).subarray(start, start + this.#plan.batchSize);
    return { round: roundOf(epoch, this.#plan.views), indices };
  }

  #orderOf(epoch: number): Uint32Array {
    if (epoch !== this.#epoch) {
      this.#order = epochOrder({ ...this.#plan, epoch, count: this.#count });
      this.#epoch = epoch;
    }
    return this.#order;
  }
}
