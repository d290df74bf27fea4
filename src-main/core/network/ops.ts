/** What a variable is for; decides how it is initialised and whether it is trained. */
export type VariableKind =
  | 'conv-kernel'
  | 'bn-gamma'
  | 'bn-beta'
  | 'bn-mean'
  | 'bn-variance'
  | 'dense-kernel'
  | 'dense-bias';

/** Running statistics are moved by the forward pass, never by the optimizer. */
export function isTrained(kind: VariableKind): boolean {
  return kind !== 'bn-mean' && kind !== 'bn-variance';
}

export interface Convolution {
  readonly filters: number;
  /** Height and width of the kernel; the padding is symmetric, (size - 1) / 2 on every side, also at strides. */
  readonly size: 1 | 3;
  readonly stride: 1 | 2;
}

/**
 * The operations that networks are written in, once, for every implementation: shape-only, eager, graph, oracle.
 * `T` is what an implementation calls a tensor: images are [batch, height, width, channels], vectors [batch, features].
 * An operation with a `name` owns the variables `name.kernel`, or `name.gamma`, `.beta`, `.mean`, `.variance`.
 */
export interface Ops<T> {
  /** Without a bias. Reads `name.kernel`, [size, size, channels, filters]. */
  conv2d(input: T, name: string, convolution: Convolution): T;
  /** Over all axes but the last, eps 1e-5; the running statistics move by 0.1, with the unbiased variance. */
  batchNorm(input: T, name: string): T;
  relu(input: T): T;
  /** 2x2 windows, stride 2. */
  maxPool(input: T): T;
  /** 2x2 windows, stride 2. */
  averagePool(input: T): T;
  /** [batch, height, width, channels] -> [batch, channels]. */
  globalMean(input: T): T;
  /** Along the channels. */
  concat(first: T, second: T): T;
  add(first: T, second: T): T;
  /** Zeros on all four sides of an image. */
  pad(input: T, margin: number): T;
  /** Reads `name.kernel`, [features, units], and `name.bias`, [units]. */
  dense(input: T, name: string, units: number): T;
  /** Inverted dropout, only where the layer trains. `name` keys the random draws; no variable is read. */
  dropout(input: T, name: string, rate: number): T;
}

/**
 * What freezes as one unit: reads an image and gives one, but for the head, which gives the logits. Its variables' names begin
 * with the layer's name and a dot.
 */
export interface Layer {
  readonly name: string;
  forward<T>(ops: Ops<T>, input: T): T;
}

export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Layers in the order of the forward pass: index 0 is the stem, the last one the head, which gives the logits. */
export interface Network {
  readonly input: ImageShape;
  readonly classes: number;
  readonly layers: readonly Layer[];
}
