import type { Convolution, Pooling } from './kernels.ts';
import { batchNorm } from './operations/batch-norm.ts';
import { convolution } from './operations/convolution.ts';
import { dense } from './operations/dense.ts';
import { dropout } from './operations/dropout.ts';
import { flatten, pixel } from './operations/flatten.ts';
import { add, concat } from './operations/joining.ts';
import type { ImageShape, Operation } from './operations/operation.ts';
import { pad } from './operations/pad.ts';
import { adaptiveAveragePool, averagePool, globalMean, maxPool } from './operations/pooling.ts';
import { relu, relu6 } from './operations/relu.ts';

/**
 * The operations in which a network is written, once for all implementations: shapes, evaluation mode, training with reverse
 * mode, frozen layers. `T` is what an implementation calls a tensor: images are [batch, height, width, channels], vectors [batch, features].
 * An operation with a `name` owns the variables `name.kernel` and perhaps `name.bias`, or `name.gamma`, `.beta`, `.mean`, `.variance`. The files in
 * `operations/` say what each does.
 */
export abstract class Ops<T> {
  /** Runs an operation as this implementation does. */
  abstract apply(operation: Operation, ...inputs: readonly T[]): T;

  conv2d(input: T, name: string, settings: Convolution): T {
    return this.apply(convolution(name, settings), input);
  }

  batchNorm(input: T, name: string): T {
    return this.apply(batchNorm(name), input);
  }

  relu(input: T): T {
    return this.apply(relu, input);
  }

  relu6(input: T): T {
    return this.apply(relu6, input);
  }

  maxPool(input: T, pooling: Pooling): T {
    return this.apply(maxPool(pooling), input);
  }

  averagePool(input: T, pooling: Pooling): T {
    return this.apply(averagePool(pooling), input);
  }

  adaptiveAveragePool(input: T, side: number): T {
    return this.apply(adaptiveAveragePool(side), input);
  }

  globalMean(input: T): T {
    return this.apply(globalMean, input);
  }

  flatten(input: T): T {
    return this.apply(flatten, input);
  }

  pixel(input: T): T {
    return this.apply(pixel, input);
  }

  concat(first: T, second: T): T {
    return this.apply(concat, first, second);
  }

  add(first: T, second: T): T {
    return this.apply(add, first, second);
  }

  pad(input: T, margin: number): T {
    return this.apply(pad(margin), input);
  }

  dense(input: T, name: string, units: number): T {
    return this.apply(dense(name, units), input);
  }

  dropout(input: T, name: string, rate: number): T {
    return this.apply(dropout(name, rate), input);
  }
}

/**
 * A part of a network that freezes as one unit: reads an image and gives one, except the head, which gives the logits. The
 * names of its variables begin with the layer's name and a dot.
 */
export interface Layer {
  readonly name: string;
  forward<T>(ops: Ops<T>, input: T): T;
}

/** Layers in the order of the forward pass: index 0 is the stem, the last one the head, which gives the logits. */
export interface Network {
  readonly input: ImageShape;
  readonly classes: number;
  readonly layers: readonly Layer[];
  /**
   * Whether every number is added up in the order of version 0.1.0, so that its runs of this network keep their bits, also
   * where another order is faster; no if left out.
   */
  readonly keepsBits?: boolean;
}
