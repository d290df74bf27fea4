import type {
  BatchNormGradients,
  BatchNormPass,
  BatchNormVariables,
  NormalizedBatch,
  ParameterGradients,
} from '#core/network/kernels.ts';
import { BATCH_NORM_EPSILON, RUNNING_STATISTICS_RATE } from '#core/network/kernels.ts';
import { product } from '#core/network/shape-ops.ts';
import type { OperationAttribute } from './binding.ts';
import type { EagerRuntime, EagerTensor } from './eager-runtime.ts';

/** Channels that oneDNN's batch norm works on at a time. */
const LANES = 16;
/** Below this number of elements the small operations of the detour cost more than it saves. */
const WORTHWHILE_ELEMENTS = 400_000;

/** Mean and biased variance, [channels] each. */
interface Moments {
  readonly mean: EagerTensor;
  readonly variance: EagerTensor;
}

interface ScaleAndOffset {
  readonly gamma: EagerTensor;
  readonly beta: EagerTensor;
}

/**
 * How many pixels to put side by side, so that TensorFlow's batch norm is fast; 1: it is as it stands.
 *
 * Where the channels are no multiple of 16, as nearly everywhere in a DenseNet of growth 12, the operation takes up to six
 * times as long on a CPU, and one thread only.
 */
export function pixelGroup({ shape }: EagerTensor): number {
  const channels = shape[shape.length - 1];
  const pixels = product(shape) / channels;
  if (shape.length < 4 || pixels * channels < WORTHWHILE_ELEMENTS) return 1;
  return [1, 2, 4, 8].find((group) => (group * channels) % LANES === 0 && pixels % group === 0) ?? 1;
}

/**
 * Batch norm that reads the same memory as an image of more channels, [pixels / group, 1, 1, group * channels]. Every channel
 * stands there `group` times: what is given for each channel is repeated, and what comes out for it is put together.
 */
export class GroupedBatchNorm {
  readonly #runtime: EagerRuntime;
  readonly #training: readonly OperationAttribute[];
  readonly #inference: readonly OperationAttribute[];
  readonly #epsilon: EagerTensor;
  readonly #rate: EagerTensor;
  readonly #nothing: EagerTensor;

  constructor(runtime: EagerRuntime) {
    const { attributes } = runtime;
    const epsilon = attributes.float('epsilon', BATCH_NORM_EPSILON);
    this.#runtime = runtime;
    this.#training = [epsilon, attributes.boolean('is_training', true)];
    this.#inference = [epsilon, attributes.boolean('is_training', false)];
    this.#epsilon = runtime.keep(runtime.scalar(BATCH_NORM_EPSILON));
    this.#rate = runtime.keep(runtime.scalar(RUNNING_STATISTICS_RATE));
    this.#nothing = runtime.keep(runtime.floats(new Float32Array(), [0]));
  }

  training(input: EagerTensor, variables: BatchNormVariables<EagerTensor>): NormalizedBatch<EagerTensor> {
    const count = product(input.shape) / input.shape[3];
    const [output, mean, variance, ...saved] = this.#runtime.tidyTensors(() => {
      const moments = this.#moments(input, variables);
      const unbiased = this.#run('Mul', moments.variance, this.#runtime.scalar(count / (count - 1)));
      return [
        this.#normalized(input, variables, moments),
        this.#moved(variables.mean, moments.mean),
        this.#moved(variables.variance, unbiased),
        moments.mean,
        moments.variance,
      ];
    });
    return { output, mean, variance, saved };
  }

  inference(input: EagerTensor, { gamma, beta, mean, variance }: BatchNormVariables<EagerTensor>): EagerTensor {
    return this.#runtime.tidyTensor(() => this.#normalized(input, { gamma, beta }, { mean, variance }));
  }

  /** dx = gamma / deviation * (dy - (dbeta + normalised x * dgamma) / count), with deviation = sqrt(variance + epsilon) */
  gradient(pass: BatchNormPass<EagerTensor>): BatchNormGradients<EagerTensor> {
    const { input, gamma: scale, saved } = pass;
    const [mean, variance] = saved;
    const [ofInput, gamma, beta] = this.#runtime.tidyTensors(() => {
      const [direct, ofGamma, ofBeta] = this.#directGradients(pass);
      const factor = this.#correctionFactor(input, scale, variance);
      const correction = { gamma: this.#run('Mul', factor, ofGamma), beta: this.#run('Mul', factor, ofBeta) };
      const indirect = this.#normalized(input, correction, { mean, variance });
      return [this.#run('AddV2', direct, indirect), ofGamma, ofBeta];
    });
    return { input: ofInput, gamma, beta };
  }

  parameterGradients(pass: BatchNormPass<EagerTensor>): ParameterGradients<EagerTensor> {
    const [gamma, beta] = this.#runtime.tidyTensors(() => this.#directGradients(pass).slice(1));
    return { gamma, beta };
  }

  /**
   * Of the batch, from those of the groups: mean = mean of the means, variance = mean of (variance + (mean - all's mean)^2).
   * The operation that gives them normalises as well; that output is not used.
   */
  #moments(input: EagerTensor, { gamma, beta }: ScaleAndOffset): Moments {
    const inputs = [this.#grouped(input), ...this.#repeated(input, [gamma, beta]), this.#nothing, this.#nothing];
    const operation = { name: 'FusedBatchNormV3', inputs, attributes: this.#training };
    const [output, , , partMeans, partVariances] = this.#runtime.runMany(operation, 6);
    this.#runtime.release(output);
    const means = this.#rows(partMeans, input);
    const mean = this.#run('Mean', means, this.#runtime.constant(0));
    const spread = this.#run('SquaredDifference', means, mean);
    const variances = this.#run('AddV2', this.#rows(partVariances, input), spread);
    return { mean, variance: this.#run('Mean', variances, this.#runtime.constant(0)) };
  }

  #normalized(input: EagerTensor, { gamma, beta }: ScaleAndOffset, { mean, variance }: Moments): EagerTensor {
    const inputs = [this.#grouped(input), ...this.#repeated(input, [gamma, beta, mean, variance])];
    const operation = { name: 'FusedBatchNormV3', inputs, attributes: this.#inference };
    return this.#runtime.reshape(this.#runtime.runMany(operation, 6)[0], input.shape);
  }

  /** Gradients of input, gamma and beta with the statistics taken for constants; for gamma and beta these are the gradients. */
  #directGradients({ input, gradient, gamma, saved: [mean, variance] }: BatchNormPass<EagerTensor>): EagerTensor[] {
    const vectors = [...this.#repeated(input, [gamma, mean, variance]), this.#nothing];
    const inputs = [this.#grouped(gradient), this.#grouped(input), ...vectors];
    const operation = { name: 'FusedBatchNormGradV3', inputs, attributes: this.#inference };
    const [ofInput, ...parts] = this.#runtime.runMany(operation, 5);
    const sums = parts.slice(0, 2).map((part) => this.#run('Sum', this.#rows(part, input), this.#runtime.constant(0)));
    return [this.#runtime.reshape(ofInput, input.shape), ...sums];
  }

  /** -gamma / (deviation * count) */
  #correctionFactor(input: EagerTensor, gamma: EagerTensor, variance: EagerTensor): EagerTensor {
    const inverseDeviation = this.#run('Rsqrt', this.#run('AddV2', variance, this.#epsilon));
    const share = this.#runtime.scalar(-input.shape[3] / product(input.shape));
    return this.#run('Mul', this.#run('Mul', gamma, inverseDeviation), share);
  }

  /** old + rate * (batch - old) */
  #moved(old: EagerTensor, batch: EagerTensor): EagerTensor {
    return this.#run('AddV2', old, this.#run('Mul', this.#run('Sub', batch, old), this.#rate));
  }

  #grouped(tensor: EagerTensor): EagerTensor {
    const channels = pixelGroup(tensor) * tensor.shape[3];
    return this.#runtime.reshape(tensor, [product(tensor.shape) / channels, 1, 1, channels]);
  }

  #repeated(input: EagerTensor, vectors: readonly EagerTensor[]): EagerTensor[] {
    const times = this.#runtime.constant(pixelGroup(input));
    return vectors.map((vector) => this.#run('Tile', vector, times));
  }

  /** [group * channels] -> [group, channels] */
  #rows(parts: EagerTensor, input: EagerTensor): EagerTensor {
    return this.#runtime.reshape(parts, [pixelGroup(input), input.shape[3]]);
  }

  #run(name: string, ...inputs: readonly EagerTensor[]): EagerTensor {
    return this.#runtime.run(name, inputs);
  }
}
