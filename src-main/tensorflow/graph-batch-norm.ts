import type {
  BatchNormGradients,
  BatchNormPass,
  BatchNormVariables,
  NormalizedBatch,
  ParameterGradients,
} from '#core/network/kernels.ts';
import { BATCH_NORM_EPSILON, RUNNING_STATISTICS_RATE } from '#core/network/kernels.ts';
import { product } from '#core/network/shape-ops.ts';
import type { GraphAttributes, GraphBuilder, GraphTensor } from './graph-builder.ts';
import { FLOATS } from './graph-builder.ts';
import type { GraphDevice } from './graph-device.ts';
import { pixelGroup } from './pixel-group.ts';

/** Mean and biased variance, [channels] each. */
export interface Moments {
  readonly mean: GraphTensor;
  readonly variance: GraphTensor;
}

interface ScaleAndOffset {
  readonly gamma: GraphTensor;
  readonly beta: GraphTensor;
}

export interface BatchNormOptions extends Pick<GraphDevice, 'usesGpu' | 'fusesActivations'> {
  /** Whether every number is added up as in version 0.1.0, also where another order is faster. */
  readonly keepsBits: boolean;
}

/** Batch norm and ReLU as one operation need a multiple of this many channels. */
const FUSED_CHANNELS = 4;

/**
 * Batch norm of [batch, height, width, channels] or [batch, channels].
 *
 * Where the number of channels is not a multiple of 16, as nearly everywhere in a DenseNet of growth 12, TensorFlow's operation
 * takes up to six times as long on a CPU, and uses one thread only. There it reads the same memory as an image with more
 * channels, [pixels / group, 1, 1, group * channels]: the inputs for each channel are repeated, and its outputs are combined.
 *
 * The moments of a concatenation are those of its parts. A DenseNet normalises the same parts again in each later bottleneck,
 * so their moments are computed once.
 */
export class GraphBatchNorm {
  readonly #builder: GraphBuilder;
  readonly #usesGpu: boolean;
  readonly #fusesActivations: boolean;
  readonly #keepsBits: boolean;
  readonly #parts = new Map<GraphTensor, readonly [GraphTensor, GraphTensor]>();
  readonly #moments = new Map<GraphTensor, Moments>();
  /** The nodes whose first output is a normalised tensor, by that tensor. */
  readonly #nodes = new Map<GraphTensor, GraphTensor>();

  constructor(builder: GraphBuilder, { usesGpu, fusesActivations, keepsBits }: BatchNormOptions) {
    this.#builder = builder;
    this.#fusesActivations = fusesActivations;
    this.#keepsBits = keepsBits;
    this.#usesGpu = usesGpu;
  }

  /** Records the parts from which a tensor was concatenated along the channels. */
  concatenated(whole: GraphTensor, parts: readonly [GraphTensor, GraphTensor]): void {
    this.#parts.set(whole, parts);
  }

  /** Records moments of a tensor that are known from elsewhere. */
  tell(input: GraphTensor, moments: Moments): void {
    this.#moments.set(input, moments);
  }

  /** The moments of a concatenation, if the next batch norm on it can use them; else null. */
  momentsForNext(output: GraphTensor): Moments | null {
    return this.#usesGpu || !this.#parts.has(output) ? null : this.#momentsOf(output);
  }

  /** A normalised tensor with ReLU, in one node; null where that is not possible. */
  activated(normalized: GraphTensor): GraphTensor | null {
    const output = this.#nodes.get(normalized);
    const { body } = this.#builder;
    const isAlone = output?.body === body && body.readersOf(normalized).length === 0;
    if (!isAlone || !this.#fusesActivations || output.shape[3] % FUSED_CHANNELS !== 0) return null;
    const node = body.node(output.node);
    const fused = { num_side_inputs: { integer: 0 }, activation_mode: { text: 'Relu' } };
    body.update({ ...node, operation: '_FusedBatchNormEx', attributes: { ...node.attributes, ...fused } });
    return body.retire(normalized);
  }

  training(input: GraphTensor, variables: BatchNormVariables<GraphTensor>): NormalizedBatch<GraphTensor> {
    return this.#isWholeFaster(input) ? this.#whole(input, variables) : this.#byMoments(input, variables);
  }

  inference(input: GraphTensor, { gamma, beta, mean, variance }: BatchNormVariables<GraphTensor>): GraphTensor {
    return this.#normalized(input, { gamma, beta }, { mean, variance });
  }

  gradient(pass: BatchNormPass<GraphTensor>): BatchNormGradients<GraphTensor> {
    return this.#isWholeFaster(pass.input) ? this.#wholeGradient(pass) : this.#gradientByMoments(pass);
  }

  parameterGradients(pass: BatchNormPass<GraphTensor>): ParameterGradients<GraphTensor> {
    if (this.#isWholeFaster(pass.input)) return this.#wholeGradient(pass);
    const [, gamma, beta] = this.#directGradients(pass);
    return { gamma, beta };
  }

  #isWholeFaster(input: GraphTensor): boolean {
    const areMomentsKnown = this.#parts.has(input) || this.#moments.has(input);
    return this.#usesGpu || (pixelGroup(input.shape) === 1 && !areMomentsKnown);
  }

  #whole(input: GraphTensor, variables: BatchNormVariables<GraphTensor>): NormalizedBatch<GraphTensor> {
    const { gamma, beta, mean, variance } = variables;
    const image = this.#pixelByPixel(input);
    const channels = gamma.shape;
    const [output, newMean, newVariance, ...saved] = this.#builder.add({
      operation: 'FusedBatchNormV3',
      inputs: [image, gamma, beta, mean, variance],
      // new running statistic = (1 - factor) * running + factor * batch, with the unbiased variance of the batch
      attributes: { ...normAttributes(true), exponential_avg_factor: { float: RUNNING_STATISTICS_RATE } },
      shapes: [image.shape, channels, channels, channels, channels, []],
    });
    return { output: this.#normalizedAs(output, input), mean: newMean, variance: newVariance, saved };
  }

  /** On a CPU, threads that share pixels measure the moments twice as fast as threads that share the channels of an image. */
  #pixelByPixel(input: GraphTensor): GraphTensor {
    return this.#usesGpu || this.#keepsBits ? asImage(this.#builder, input) : this.#inGroups(input, 1);
  }

  #wholeGradient({ input, gamma, saved, gradient }: BatchNormPass<GraphTensor>): BatchNormGradients<GraphTensor> {
    const [image, incoming] = [input, gradient].map((tensor) => asImage(this.#builder, tensor));
    const [ofInput, ofGamma, ofBeta] = this.#builder.add({
      operation: 'FusedBatchNormGradV3',
      inputs: [incoming, image, gamma, ...saved],
      attributes: normAttributes(true),
      shapes: [image.shape, gamma.shape, gamma.shape],
    });
    return { input: reshaped(this.#builder, ofInput, input.shape), gamma: ofGamma, beta: ofBeta };
  }

  #byMoments(input: GraphTensor, variables: BatchNormVariables<GraphTensor>): NormalizedBatch<GraphTensor> {
    const count = product(input.shape) / input.shape[3];
    const moments = this.#momentsOf(input);
    const unbiased = this.#builder.binary('Mul', moments.variance, this.#builder.float(count / (count - 1)));
    return {
      output: this.#normalized(input, variables, moments),
      mean: this.#moved(variables.mean, moments.mean),
      variance: this.#moved(variables.variance, unbiased),
      saved: [moments.mean, moments.variance],
    };
  }

  /** dx = gamma / deviation * (dy - (dbeta + normalised x * dgamma) / count), with deviation = sqrt(variance + epsilon) */
  #gradientByMoments(pass: BatchNormPass<GraphTensor>): BatchNormGradients<GraphTensor> {
    const { input, gamma: scale, saved } = pass;
    const [mean, variance] = saved;
    const [direct, gamma, beta] = this.#directGradients(pass);
    const factor = this.#correctionFactor(input, scale, variance);
    const correction = {
      gamma: this.#builder.binary('Mul', factor, gamma),
      beta: this.#builder.binary('Mul', factor, beta),
    };
    const indirect = this.#normalized(input, correction, { mean, variance });
    return { input: this.#builder.binary('AddV2', direct, indirect), gamma, beta };
  }

  #momentsOf(input: GraphTensor): Moments {
    const known = this.#moments.get(input);
    if (known !== undefined) return known;
    const parts = this.#parts.get(input)?.map((part) => this.#momentsOf(part));
    const moments =
      parts === undefined
        ? this.#measured(input)
        : {
            mean: this.#joined(parts.map(({ mean }) => mean)),
            variance: this.#joined(parts.map(({ variance }) => variance)),
          };
    this.#moments.set(input, moments);
    return moments;
  }

  /**
   * The moments of the batch from those of the groups: mean of means, and mean of (variance + (mean - mean of
   * means)^2).
   */
  #measured(input: GraphTensor): Moments {
    const image = this.#grouped(input);
    const vector = [image.shape[3]];
    const [one, nothing] = [this.#builder.floats(new Array(vector[0]).fill(1)), this.#builder.floats([])];
    const [, , , means, variances] = this.#builder.add({
      operation: 'FusedBatchNormV3',
      inputs: [image, one, one, nothing, nothing],
      attributes: normAttributes(true),
      shapes: [image.shape, vector, vector, vector, vector, []],
    });
    if (image.shape[3] === input.shape[3]) return { mean: means, variance: variances };
    const mean = this.#reduced('Mean', this.#rows(means, input));
    const spread = this.#builder.binary('SquaredDifference', this.#rows(means, input), mean);
    return {
      mean,
      variance: this.#reduced('Mean', this.#builder.binary('AddV2', this.#rows(variances, input), spread)),
    };
  }

  #normalized(input: GraphTensor, { gamma, beta }: ScaleAndOffset, { mean, variance }: Moments): GraphTensor {
    const image = this.#grouped(input);
    const vector = [image.shape[3]];
    const [output] = this.#builder.add({
      operation: 'FusedBatchNormV3',
      inputs: [image, ...[gamma, beta, mean, variance].map((of) => this.#repeated(of, vector[0]))],
      attributes: normAttributes(false),
      shapes: [image.shape, vector, vector, vector, vector, []],
    });
    return this.#normalizedAs(output, input);
  }

  #normalizedAs(output: GraphTensor, { shape }: GraphTensor): GraphTensor {
    const normalized = reshaped(this.#builder, output, shape);
    this.#nodes.set(normalized, output);
    return normalized;
  }

  /**
   * Gradients of input, gamma and beta with the statistics as constants; those of gamma and beta are then already
   * complete.
   */
  #directGradients({ input, gradient, gamma, saved: [mean, variance] }: BatchNormPass<GraphTensor>): GraphTensor[] {
    const image = this.#grouped(input);
    const vector = [image.shape[3]];
    const [ofInput, ...parts] = this.#builder.add({
      operation: 'FusedBatchNormGradV3',
      inputs: [
        this.#grouped(gradient),
        image,
        ...[gamma, mean, variance].map((of) => this.#repeated(of, vector[0])),
        this.#builder.floats([]),
      ],
      attributes: normAttributes(false),
      shapes: [image.shape, vector, vector],
    });
    return [
      reshaped(this.#builder, ofInput, input.shape),
      ...parts.map((part) => this.#reduced('Sum', this.#rows(part, input))),
    ];
  }

  /** -gamma / (deviation * count) */
  #correctionFactor(input: GraphTensor, gamma: GraphTensor, variance: GraphTensor): GraphTensor {
    const share = this.#builder.float(-input.shape[3] / product(input.shape));
    return this.#builder.binary('Mul', normScale(this.#builder, gamma, variance), share);
  }

  /** old + rate * (batch - old) */
  #moved(old: GraphTensor, batch: GraphTensor): GraphTensor {
    const step = this.#builder.binary(
      'Mul',
      this.#builder.binary('Sub', batch, old),
      this.#builder.float(RUNNING_STATISTICS_RATE),
    );
    return this.#builder.binary('AddV2', old, step);
  }

  #grouped(tensor: GraphTensor): GraphTensor {
    const group = pixelGroup(tensor.shape);
    return group === 1 ? asImage(this.#builder, tensor) : this.#inGroups(tensor, group);
  }

  /** An image for so many pixels side by side: [pixels / group, 1, 1, group * channels]. */
  #inGroups(tensor: GraphTensor, group: number): GraphTensor {
    const channels = group * tensor.shape[tensor.shape.length - 1];
    return reshaped(this.#builder, tensor, [product(tensor.shape) / channels, 1, 1, channels]);
  }

  #repeated(vector: GraphTensor, length: number): GraphTensor {
    const times = length / vector.shape[0];
    if (times === 1) return vector;
    const attributes: GraphAttributes = { ...FLOATS, Tmultiples: { type: 'integer' } };
    const inputs = [vector, this.#builder.integers([times])];
    return this.#builder.one({ operation: 'Tile', inputs, attributes, shape: [length] });
  }

  /** [group * channels] -> [group, channels] */
  #rows(parts: GraphTensor, input: GraphTensor): GraphTensor {
    const channels = input.shape[input.shape.length - 1];
    return reshaped(this.#builder, parts, [parts.shape[0] / channels, channels]);
  }

  /** Reduces over the rows. */
  #reduced(operation: 'Mean' | 'Sum', rows: GraphTensor): GraphTensor {
    const [count, channels] = rows.shape;
    if (count === 1) return reshaped(this.#builder, rows, [channels]);
    const attributes: GraphAttributes = { ...FLOATS, Tidx: { type: 'integer' }, keep_dims: { flag: false } };
    const inputs = [rows, this.#builder.integers([0])];
    return this.#builder.one({ operation, inputs, attributes, shape: [channels] });
  }

  #joined(vectors: readonly GraphTensor[]): GraphTensor {
    const attributes: GraphAttributes = { ...FLOATS, N: { integer: vectors.length }, Tidx: { type: 'integer' } };
    const shape = [vectors.reduce((sum, vector) => sum + vector.shape[0], 0)];
    return this.#builder.one({
      operation: 'ConcatV2',
      inputs: [...vectors, this.#builder.integer(0)],
      attributes,
      shape,
    });
  }
}

/** gamma / sqrt(variance + epsilon): the factor of a batch norm. */
export function normScale(builder: GraphBuilder, gamma: GraphTensor, variance: GraphTensor): GraphTensor {
  const inputs = [builder.binary('AddV2', variance, builder.float(BATCH_NORM_EPSILON))];
  const inverse = builder.one({ operation: 'Rsqrt', inputs, attributes: FLOATS, shape: variance.shape });
  return builder.binary('Mul', gamma, inverse);
}

function normAttributes(isTraining: boolean): GraphAttributes {
  return {
    T: { type: 'float' },
    U: { type: 'float' },
    epsilon: { float: BATCH_NORM_EPSILON },
    is_training: { flag: isTraining },
  };
}

/** TensorFlow's operation reads images only: a vector of features is an image of one pixel. */
function asImage(builder: GraphBuilder, tensor: GraphTensor): GraphTensor {
  const [batch, features] = tensor.shape;
  return tensor.shape.length === 4 ? tensor : reshaped(builder, tensor, [batch, 1, 1, features]);
}

/** The same values, in the same memory, in another shape; the tensor itself if it already has that shape. */
export function reshaped(builder: GraphBuilder, tensor: GraphTensor, shape: readonly number[]): GraphTensor {
  if (tensor.shape.length === shape.length && shape.every((side, axis) => side === tensor.shape[axis])) return tensor;
  const attributes: GraphAttributes = { T: { type: tensor.type }, Tshape: { type: 'integer' } };
  return builder.one({ operation: 'Reshape', inputs: [tensor, builder.integers(shape)], attributes, shape });
}
