import type { Batch } from '#core/data/batch.ts';

/** Normalised pixels [count, height, width, channels] and class indices [count]. */
export type LabelledImages = Omit<Batch, 'step'>;

/** Weights or momentum by variable name; shapes as `describeNetwork` gives them. */
export type NamedArrays = ReadonlyMap<string, Float32Array>;

/** The rate of every layer; null for a frozen one, which has none. */
export type LearningRates = readonly (number | null)[];

export interface TrainingStep {
  readonly batch: LabelledImages;
  /** 0 .. S-1; keys the dropout draws. */
  readonly step: number;
  /** Layers 0 .. frozenLayers-1 run in evaluation mode and outside the gradient. Never falls within a session. */
  readonly frozenLayers: number;
  readonly learningRates: LearningRates;
  /** Whether the loss is to be read, for which the device has to be waited for. */
  readonly readsLoss: boolean;
  /**
   * What `advance` gives for the batch's images at layer `frozenLayers`, [count, height, width, channels], where the caller has it:
   * the frozen layers are then not run, and `batch.images` is not read. Read within the call only.
   */
  readonly prefixOutput?: Float32Array | undefined;
}

/** A step whose result nobody asks for. */
export type RehearsedStep = Pick<TrainingStep, 'batch' | 'frozenLayers' | 'prefixOutput'>;

/** Layers from .. to-1. */
export interface LayerRange {
  readonly from: number;
  readonly to: number;
}

/** Losses of steps: mean cross-entropies of their batches before the update. */
export interface LossTotal {
  /** In doubles, in the order of the steps. */
  readonly sum: number;
  /** Number of steps before the sum ceased to be finite. */
  readonly finiteSteps: number;
}

export interface Evaluation {
  /** Sum of the cross-entropy over the images. */
  readonly lossSum: number;
  /** Number of wrongly classified images. */
  readonly errors: number;
  /** Images by their label and by the class they were taken for, [classes, classes]; those with a logit that is not a number are missing. */
  readonly confusion: Uint32Array;
}

/**
 * A network's variables and how they are trained: SGD with Nesterov momentum and weight decay, both keyed by variable name.
 * Not thread-safe; calls block. Every method throws an AppError ('unavailable') when the device fails.
 */
export interface TrainingSession {
  /** One update; returns the batch's loss where the step asks for it. Discards the momentum of layers that became frozen. */
  train(step: TrainingStep): number | null;
  /** Total of the losses since the last `restore` or `setLossTotal`; waits for the device. */
  lossTotal(): LossTotal;
  setLossTotal(total: LossTotal): void;
  /**
   * Does the work of a training step at rates of 0, at any freeze depth and in any order, so that it can be measured: discards
   * nothing, and the caller undoes what it did to the variables by `restore`.
   */
  rehearse(step: RehearsedStep): void;
  /**
   * What layers from .. to-1 give in evaluation mode for what `count` images have at layer `from` (at layer 0 the images themselves):
   * [count, height, width, channels], at most a batch of them; a copy. An image's values depend on the image alone: on no other
   * one of the call, on no place among them, and not on whether the layers run in one call or in several.
   */
  advance(values: Float32Array, count: number, range: LayerRange): Float32Array;
  /** Evaluation mode in every layer. */
  evaluate(batch: LabelledImages): Evaluation;
  /** Copies of all variables, running statistics included. */
  weights(): NamedArrays;
  /** Copies of the momentum of the layers that still train; a variable that was never updated has zeros. */
  momentum(): NamedArrays;
  /**
   * Copies of the sums of the gradients of the loss, without weight decay, by variable: over the steps since they were last
   * set. Empty in a session that does not add them up; discarded sums are missing.
   */
  gradientSums(): NamedArrays;
  /** Sets the sums given and discards all others. Throws a bad request where a name or a size does not fit. */
  setGradientSums(sums: NamedArrays): void;
  /** Sets all of `weights`, the momentum given (others zero), and sums of gradients to zero. Throws a bad request where a name or a size does not fit. */
  restore(weights: NamedArrays, momentum: NamedArrays): void;
  dispose(): void;
}

/** What the optimizer needs to know besides the rates. */
export interface OptimizerSettings {
  readonly momentum: number;
  readonly nesterov: boolean;
  /** Added, times the weight, to the gradient of every trained variable, BN's and biases' too; in no reported loss. */
  readonly weightDecay: number;
}
