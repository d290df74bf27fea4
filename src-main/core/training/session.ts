import type { Batch } from '#core/data/batch.ts';

/** Normalised pixels [count, height, width, channels] and class indices [count]. */
export type LabelledImages = Omit<Batch, 'step'>;

/** Weights, or a slot of the optimizer, by variable name; shapes as `describeNetwork` gives them. */
export type NamedArrays = ReadonlyMap<string, Float32Array>;

/** What the optimizer keeps, by slot (`OptimizerKind.slots`): SGD's momentum, AdamW's two moments. */
export type OptimizerState = ReadonlyMap<string, NamedArrays>;

/** The rate of every layer; null for a frozen layer, which has none. */
export type LearningRates = readonly (number | null)[];

export interface TrainingStep {
  readonly batch: LabelledImages;
  /** 0 .. S-1; keys the dropout draws. */
  readonly step: number;
  /** Layers 0 .. frozenLayers-1 run in evaluation mode and outside the gradient. */
  readonly frozenLayers: number;
  readonly learningRates: LearningRates;
  /**
   * The updates that each layer has had since it last began to train, which an optimizer may count. Default: `step` for all,
   * as for layers that have trained from the first step on.
   */
  readonly updates?: readonly number[];
  /** Whether to read the loss, which means waiting for the device. */
  readonly readsLoss: boolean;
  /**
   * The result of `advance` for the batch's images at layer `frozenLayers`, [count, height, width, channels], if the caller has it:
   * then the frozen layers are not run, and `batch.images` is not read. It is only read during the call.
   */
  readonly prefixOutput?: Float32Array | undefined;
}

/** A step whose result is not needed. */
export type RehearsedStep = Pick<TrainingStep, 'batch' | 'frozenLayers' | 'prefixOutput'>;

/** Layers from .. to-1. */
export interface LayerRange {
  readonly from: number;
  readonly to: number;
}

/** The total of the losses of steps, which are mean cross-entropies of their batches before the update. */
export interface LossTotal {
  /** The sum in doubles, added in the order of the steps. */
  readonly sum: number;
  /** The number of steps for which the sum was finite. */
  readonly finiteSteps: number;
}

export interface Evaluation {
  /** Sum of the cross-entropy over the images. */
  readonly lossSum: number;
  /** Number of wrongly classified images. */
  readonly errors: number;
  /** Number of images whose class is not among the five with the largest logits. */
  readonly topFiveErrors: number;
  readonly classes: number;
  /** The predicted class of each image: that of the first of its largest logits; -1 where a logit is not a number. */
  readonly predictions: Int32Array;
}

/**
 * A network's variables and their training by an optimizer, whose state is keyed by slot and variable name. Not thread-safe; calls block. Every method throws an AppError ('unavailable') when the device fails.
 */
export interface TrainingSession {
  /**
   * Makes one update; returns the batch's loss where the step asks for it. Discards the optimizer's state of layers that
   * have frozen; that of layers which train again begins with zeros.
   */
  train(step: TrainingStep): number | null;
  /** The total of the losses since the last `restore` or `setLossTotal`; waits for the device. */
  lossTotal(): LossTotal;
  setLossTotal(total: LossTotal): void;
  /**
   * Does the work of a training step at rates of 0, at any freeze depth and in any order, so that it can be measured. Discards
   * nothing; the caller undoes the changes to the variables with `restore`.
   */
  rehearse(step: RehearsedStep): void;
  /**
   * Runs layers from .. to-1 in evaluation mode on the values of `count` images at layer `from` (at layer 0, the images
   * themselves), at most one batch. Returns a copy, [count, height, width, channels]. An image's result depends on that image
   * alone: not on the other images of the call, not on its place among them, not on how the layers are divided into calls.
   * This does not hold for the head, whose mean may add up in another order at another place.
   */
  advance(values: Float32Array, count: number, range: LayerRange): Float32Array;
  /** Scores a batch with every layer in evaluation mode. */
  evaluate(batch: LabelledImages): Evaluation;
  /** Copies of all variables, running statistics included. */
  weights(): NamedArrays;
  /** Copies of the optimizer's state of the layers that train; a variable that was never updated has zeros. */
  optimizerState(): OptimizerState;
  /**
   * Copies of the sums of the loss's gradients, without weight decay, by variable, over the steps since they were last set.
   * Empty in a session that does not add them up; without sums that were discarded.
   */
  gradientSums(): NamedArrays;
  /** Sets the sums given and discards all others. Throws a bad request where a name or a size does not fit. */
  setGradientSums(sums: NamedArrays): void;
  /**
   * Sets all of `weights`, the optimizer's state as given (all else of it to zero), and sums of gradients to zero. Throws a bad
   * request where a slot, a name or a size does not fit.
   */
  restore(weights: NamedArrays, state: OptimizerState): void;
  dispose(): void;
}
