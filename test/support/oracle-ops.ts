import * as tf from '@tensorflow/tfjs';
import type { Convolution, Pooling } from '#core/network/kernels.ts';
import type { Network, Ops } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import type { NamedArrays } from '#core/training/session.ts';

/**
 * A second opinion on gradients: the networks in tfjs-core's plain operations on its JavaScript backend, differentiated by
 * tfjs itself. Nothing here is shared with what trains. Frozen layers run in evaluation mode outside of the gradient.
 */
export interface OracleCase {
  readonly network: Network;
  readonly weights: NamedArrays;
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly frozenLayers: number;
  /** The masks that the other side drew. */
  readonly maskOf?: DropoutMask;
}

/** Less than any pixel. */
const LOWEST = -1e30;

/** A dropout's mask, by its name, its rate and the shape of its input. */
export type DropoutMask = (name: string, rate: number, shape: readonly number[]) => Float32Array;

export interface OracleResult {
  readonly loss: number;
  readonly gradients: NamedArrays;
  /** Running statistics after the batch, of the layers that train. */
  readonly statistics: NamedArrays;
}

/** Loss, gradients of the variables of the active layers, and moved statistics of one training batch. */
export function oracleStep(of: OracleCase): OracleResult {
  tf.setBackend('cpu');
  tf.engine().startScope();
  try {
    return step(of);
  } finally {
    tf.engine().endScope();
    tf.disposeVariables();
  }
}

/** What each layer gives in evaluation mode, in their order. */
export function oracleOutputs({ network, weights, images, labels }: Omit<OracleCase, 'frozenLayers'>): Float32Array[] {
  tf.setBackend('cpu');
  tf.engine().startScope();
  try {
    const variables = variablesOf(network, weights);
    const ops = new OracleOps((name) => present(variables.get(name), name), { maskOf: null });
    const { height, width, channels } = network.input;
    let values: tf.Tensor = tf.tensor4d(images, [labels.length, height, width, channels]);
    return network.layers.map((layer) => {
      values = layer.forward(ops, values);
      return values.dataSync() as Float32Array;
    });
  } finally {
    tf.engine().endScope();
    tf.disposeVariables();
  }
}

function step({ network, weights, images, labels, frozenLayers, maskOf }: OracleCase): OracleResult {
  const { height, width, channels } = network.input;
  const variables = variablesOf(network, weights);
  const read = (name: string) => present(variables.get(name), name);
  const frozen = new OracleOps(read, { maskOf: null });
  const active = new OracleOps(read, { maskOf: maskOf ?? withoutDropout });
  const input: tf.Tensor = tf.tensor4d(images, [labels.length, height, width, channels]);
  const boundary = network.layers.slice(0, frozenLayers).reduce((x, layer) => layer.forward(frozen, x), input);
  const loss = (): tf.Scalar => {
    const logits = network.layers.slice(frozenLayers).reduce((x, layer) => layer.forward(active, x), boundary);
    const logProbabilities = tf.logSoftmax(logits);
    const hot = tf.oneHot(tf.tensor1d(labels, 'int32'), network.classes);
    return tf.neg(tf.mean(tf.sum(tf.mul(logProbabilities, hot), 1))) as tf.Scalar;
  };
  const trained = trainedNames(network, frozenLayers).map((name) => read(name));
  const { value, grads } = tf.variableGrads(loss, trained);
  return { loss: value.dataSync()[0], gradients: arraysOf(grads), statistics: arraysOf(active.statistics) };
}

class OracleOps implements Ops<tf.Tensor> {
  readonly statistics: Record<string, tf.Tensor> = {};
  readonly #read: (name: string) => tf.Tensor;
  /** Null in evaluation mode. */
  readonly #maskOf: DropoutMask | null;

  constructor(read: (name: string) => tf.Tensor, { maskOf }: { readonly maskOf: DropoutMask | null }) {
    this.#read = read;
    this.#maskOf = maskOf;
  }

  /** Each operation is written here once more: the rules of what trains are not asked. */
  apply(): never {
    throw new Error('The oracle does not know this operation.');
  }

  conv2d(input: tf.Tensor, name: string, convolution: Convolution): tf.Tensor {
    const { size, stride, padding = (size - 1) / 2, depthwise, bias } = convolution;
    const padded = this.pad(input, padding) as tf.Tensor4D;
    const kernel = this.#read(`${name}.kernel`) as tf.Tensor4D;
    const output = (depthwise ? tf.depthwiseConv2d : tf.conv2d)(padded, kernel, stride, 'valid');
    return bias ? tf.add(output, this.#read(`${name}.bias`)) : output;
  }

  batchNorm(input: tf.Tensor, name: string): tf.Tensor {
    const statistics = { mean: this.#read(`${name}.mean`), variance: this.#read(`${name}.variance`) };
    const { mean, variance } = this.#maskOf !== null ? this.#batchStatistics(input, name, statistics) : statistics;
    const normalized = tf.div(tf.sub(input, mean), tf.sqrt(tf.add(variance, 1e-5)));
    return tf.add(tf.mul(normalized, this.#read(`${name}.gamma`)), this.#read(`${name}.beta`));
  }

  #batchStatistics(input: tf.Tensor, name: string, running: { mean: tf.Tensor; variance: tf.Tensor }) {
    const { mean, variance } = tf.moments(input, [...input.shape.keys()].slice(0, -1));
    const count = input.size / (input.shape.at(-1) ?? 1);
    const unbiased = tf.mul(variance, count / (count - 1));
    this.statistics[`${name}.mean`] = tf.keep(tf.add(tf.mul(running.mean, 0.9), tf.mul(mean, 0.1)));
    this.statistics[`${name}.variance`] = tf.keep(tf.add(tf.mul(running.variance, 0.9), tf.mul(unbiased, 0.1)));
    return { mean, variance };
  }

  relu(input: tf.Tensor): tf.Tensor {
    return tf.relu(input);
  }

  relu6(input: tf.Tensor): tf.Tensor {
    return tf.relu6(input);
  }

  maxPool(input: tf.Tensor, { size, stride, padding }: Pooling): tf.Tensor {
    return tf.maxPool(this.pad(input, padding, LOWEST) as tf.Tensor4D, size, stride, 'valid');
  }

  averagePool(input: tf.Tensor, { size, stride, padding }: Pooling): tf.Tensor {
    return tf.avgPool(this.pad(input, padding) as tf.Tensor4D, size, stride, 'valid');
  }

  /** Rows and columns from PyTorch's definition: from floor(i n / side) to before ceil((i + 1) n / side). */
  adaptiveAveragePool(input: tf.Tensor, side: number): tf.Tensor {
    const means = (image: tf.Tensor, axis: number): tf.Tensor => {
      const count = image.shape[axis];
      const strips = Array.from({ length: side }, (_, index) => {
        const begin = Math.floor((index * count) / side);
        const size = Math.ceil(((index + 1) * count) / side) - begin;
        const pixels = Array.from({ length: size }, (_, pixel) => begin + pixel);
        return tf.mean(tf.gather(image, pixels, axis), axis, true);
      });
      return tf.concat(strips, axis);
    };
    return means(means(input, 1), 2);
  }

  globalMean(input: tf.Tensor): tf.Tensor {
    return tf.mean(input, [1, 2]);
  }

  flatten(input: tf.Tensor): tf.Tensor {
    return tf.reshape(input, [input.shape[0], -1]);
  }

  pixel(input: tf.Tensor): tf.Tensor {
    return tf.reshape(input, [input.shape[0], 1, 1, input.shape[1] ?? 0]);
  }

  concat(first: tf.Tensor, second: tf.Tensor): tf.Tensor {
    return tf.concat([first, second], 3);
  }

  add(first: tf.Tensor, second: tf.Tensor): tf.Tensor {
    return tf.add(first, second);
  }

  pad(input: tf.Tensor, margin: number, value = 0): tf.Tensor {
    if (margin === 0) return input;
    const sides: [number, number] = [margin, margin];
    return tf.pad(input as tf.Tensor4D, [[0, 0], sides, sides, [0, 0]], value);
  }

  dense(input: tf.Tensor, name: string): tf.Tensor {
    return tf.add(tf.matMul(input, this.#read(`${name}.kernel`)), this.#read(`${name}.bias`));
  }

  dropout(input: tf.Tensor, name: string, rate: number): tf.Tensor {
    if (this.#maskOf === null) return input;
    return tf.mul(input, tf.tensor(this.#maskOf(name, rate, input.shape), input.shape));
  }
}

function withoutDropout(name: string): never {
  throw new Error(`The case has no mask for ${name}.`);
}

function variablesOf(network: Network, weights: NamedArrays): Map<string, tf.Variable> {
  const create = ({ name, shape }: VariableDescription) =>
    tf.variable(tf.tensor(present(weights.get(name), name), [...shape]), true, name);
  const descriptions = describeNetwork(network).flatMap(({ variables }) => variables);
  return new Map(descriptions.map((description) => [description.name, create(description)]));
}

function trainedNames(network: Network, frozenLayers: number): string[] {
  const active = describeNetwork(network).slice(frozenLayers);
  const trained = active.flatMap(({ variables }) => variables).filter(({ kind }) => !/bn-(mean|variance)/.test(kind));
  return trained.map(({ name }) => name);
}

function arraysOf(tensors: Readonly<Record<string, tf.Tensor>>): NamedArrays {
  return new Map(Object.entries(tensors).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
}

function present<V>(value: V | undefined, name: string): V {
  if (value === undefined) throw new Error(`The case has nothing for ${name}.`);
  return value;
}
