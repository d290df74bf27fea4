/** A square window that moves over an image: both sides are treated alike, and all four edges. */
export interface Window {
  /** Height and width. */
  readonly size: number;
  readonly stride: number;
  /** The pixels that are added on every side, also at strides. */
  readonly padding: number;
}

export interface Convolution extends Omit<Window, 'padding'> {
  readonly filters: number;
  /** The zeros on every side; (size - 1) / 2 if left out. */
  readonly padding?: number;
  /** One filter for each channel, which reads that channel alone; `filters` is then the number of channels. */
  readonly depthwise?: boolean;
  /** Adds a number to each filter's output. */
  readonly bias?: boolean;
}

/** A window over which pixels are pooled. Max poolings ignore the padding; average poolings count it as zeros. */
export type Pooling = Window;

/** The pooling that halves an image. */
export const HALVING: Pooling = { size: 2, stride: 2, padding: 0 };

/** `gamma`, `beta` and the running `mean` and `variance` of a batch norm, [channels] each. */
export interface BatchNormVariables<T> {
  readonly gamma: T;
  readonly beta: T;
  readonly mean: T;
  readonly variance: T;
}

export interface NormalizedBatch<T> {
  readonly output: T;
  /** The running statistics after this batch: old + 0.1 (batch - old), with the unbiased estimate of the variance. */
  readonly mean: T;
  readonly variance: T;
  /** What `batchNormGradient` needs from the forward pass besides the input; only the kernels know what it means. */
  readonly saved: readonly T[];
}

/** A convolution's forward pass and the gradient of its output; each kernel reads what it needs. */
export interface ConvolutionPass<T> {
  readonly input: T;
  readonly kernel: T;
  /** The loss's gradient with respect to the convolution's output. */
  readonly gradient: T;
}

/** An operation's forward pass and the gradient of its output; each kernel reads what it needs. */
export interface OperationPass<T> {
  readonly input: T;
  readonly output: T;
  /** The loss's gradient with respect to the output. */
  readonly gradient: T;
}

export interface BatchNormPass<T> {
  readonly input: T;
  readonly gamma: T;
  readonly saved: readonly T[];
  readonly gradient: T;
}

export interface ParameterGradients<T> {
  readonly gamma: T;
  readonly beta: T;
}

export interface BatchNormGradients<T> extends ParameterGradients<T> {
  readonly input: T;
}

export interface Transposition {
  readonly transposeLeft?: boolean;
  readonly transposeRight?: boolean;
}

/** PyTorch's defaults, with which the authors' code trains. */
export const BATCH_NORM_EPSILON = 1e-5;
export const RUNNING_STATISTICS_RATE = 0.1;

/**
 * The primitives that a network is trained with, forward and backward, for every implementation that has no autodiff of its
 * own. Pure: no kernel changes its arguments. `T` is a tensor: images [batch, height, width, channels], vectors
 * [batch, features]. A `gradient` is that of the loss with respect to the output of the forward kernel.
 * Throws an AppError ('unavailable') where the device fails.
 */
export interface Kernels<T> {
  /** Without the bias. `kernel` is [size, size, channels, filters], or [size, size, channels, 1] of a depthwise one. */
  conv2d(input: T, kernel: T, convolution: Convolution): T;
  conv2dInputGradient(pass: ConvolutionPass<T>, convolution: Convolution): T;
  conv2dKernelGradient(pass: ConvolutionPass<T>, convolution: Convolution): T;

  /** Normalises with the statistics of the batch. */
  batchNormTraining(input: T, variables: BatchNormVariables<T>): NormalizedBatch<T>;
  /** Normalises with the running statistics. */
  batchNormInference(input: T, variables: BatchNormVariables<T>): T;
  batchNormGradient(pass: BatchNormPass<T>): BatchNormGradients<T>;
  /** The gradients without the input's, which is not needed where all layers before are frozen. */
  batchNormParameterGradients(pass: BatchNormPass<T>): ParameterGradients<T>;

  relu(input: T): T;
  /** `output` is the result of `relu`. */
  reluGradient(output: T, gradient: T): T;
  /** ReLU with 6 as the largest value. */
  relu6(input: T): T;
  /** `output` is the result of `relu6`. */
  relu6Gradient(output: T, gradient: T): T;

  /** If several pixels of a window are the maximum, the first gets the gradient. */
  maxPool(input: T, pooling: Pooling): T;
  maxPoolGradient(pass: OperationPass<T>, pooling: Pooling): T;
  averagePool(input: T, pooling: Pooling): T;
  averagePoolGradient(input: T, gradient: T, pooling: Pooling): T;
  /** Means over side x side windows that cover the image, as `windowShares` divides it. */
  adaptiveAveragePool(input: T, side: number): T;
  adaptiveAveragePoolGradient(input: T, gradient: T): T;
  /** [batch, height, width, channels] -> [batch, channels]. */
  globalMean(input: T): T;
  globalMeanGradient(input: T, gradient: T): T;
  /** [batch, height, width, channels] -> [batch, height * width * channels]. */
  flatten(input: T): T;
  flattenGradient(input: T, gradient: T): T;
  /** [batch, features] -> [batch, 1, 1, features]. */
  pixel(input: T): T;

  /** Concatenates along the channels. */
  concat(first: T, second: T): T;
  /** The part of a concatenation's gradient that belongs to `first`, the leading channels. */
  leadingChannels(gradient: T, first: T): T;
  /** The part that belongs to `second`, the trailing channels. */
  trailingChannels(gradient: T, second: T): T;
  /** Adds `margin` zeros on all four sides. */
  pad(input: T, margin: number): T;
  padGradient(gradient: T, margin: number): T;

  add(first: T, second: T): T;
  multiply(first: T, second: T): T;
  matMul(left: T, right: T, transposition?: Transposition): T;
  /** Adds one number to each channel or unit. */
  addBias(input: T, bias: T): T;
  /** The sum over all axes but the last. */
  biasGradient(gradient: T): T;

  /**
   * A mask shaped like `input`: 0 with probability `rate`, else 1 / (1 - rate). A function of the key (two int32) alone, by a
   * counter-based generator.
   */
  dropoutMask(input: T, rate: number, key: T): T;
  /**
   * Mean cross-entropy of a batch and its gradient with respect to the logits. `labelSmoothing` is the share of each label that is
   * divided equally among all classes.
   */
  meanCrossEntropy(logits: T, labels: T, labelSmoothing?: number): { readonly loss: T; readonly gradient: T };

  /** Says that a tensor is no longer read and its memory may be reused. Does nothing where a graph is built. */
  release(tensor: T): void;
}
