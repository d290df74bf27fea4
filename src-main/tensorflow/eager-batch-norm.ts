import type {
  BatchNormGradients,
  BatchNormPass,
  BatchNormVariables,
  NormalizedBatch,
  ParameterGradients,
} from '#core/network/kernels.ts';
import { BATCH_NORM_EPSILON, RUNNING_STATISTICS_RATE } from '#core/network/kernels.ts';
import type { OperationAttribute } from './binding.ts';
import type { EagerRuntime, EagerTensor } from './eager-runtime.ts';

const OUTPUTS = 6;
const GRADIENT_OUTPUTS = 5;

/** [batch, height, width, channels] or [batch, channels], normalised by TensorFlow's own operation. */
export class EagerBatchNorm {
  readonly #runtime: EagerRuntime;
  readonly #training: readonly OperationAttribute[];
  readonly #gradient: readonly OperationAttribute[];
  readonly #inference: readonly OperationAttribute[];

  constructor(runtime: EagerRuntime) {
    const { attributes } = runtime;
    const epsilon = attributes.float('epsilon', BATCH_NORM_EPSILON);
    const isTraining = attributes.boolean('is_training', true);
    this.#runtime = runtime;
    // new running statistic = (1 - factor) * running + factor * batch; the variance of the batch is the unbiased one
    this.#training = [epsilon, isTraining, attributes.float('exponential_avg_factor', RUNNING_STATISTICS_RATE)];
    this.#gradient = [epsilon, isTraining];
    this.#inference = [epsilon, attributes.boolean('is_training', false)];
  }

  training(input: EagerTensor, variables: BatchNormVariables<EagerTensor>): NormalizedBatch<EagerTensor> {
    const [image, mean, variance, ...saved] = this.#normalize(input, variables, this.#training);
    return { output: this.#runtime.reshape(image, input.shape), mean, variance, saved };
  }

  inference(input: EagerTensor, variables: BatchNormVariables<EagerTensor>): EagerTensor {
    const [image, ...unused] = this.#normalize(input, variables, this.#inference);
    for (const tensor of unused) this.#runtime.release(tensor);
    return this.#runtime.reshape(image, input.shape);
  }

  gradient({ input, gamma, saved, gradient }: BatchNormPass<EagerTensor>): BatchNormGradients<EagerTensor> {
    const inputs = [this.#asImage(gradient), this.#asImage(input), gamma, ...saved];
    const operation = { name: 'FusedBatchNormGradV3', inputs, attributes: this.#gradient };
    const [image, ofGamma, ofBeta, ...unused] = this.#runtime.runMany(operation, GRADIENT_OUTPUTS);
    for (const tensor of unused) this.#runtime.release(tensor);
    return { input: this.#runtime.reshape(image, input.shape), gamma: ofGamma, beta: ofBeta };
  }

  parameterGradients(pass: BatchNormPass<EagerTensor>): ParameterGradients<EagerTensor> {
    const { input, ...parameters } = this.gradient(pass);
    this.#runtime.release(input);
    return parameters;
  }

  #normalize(
    input: EagerTensor,
    variables: BatchNormVariables<EagerTensor>,
    attributes: readonly OperationAttribute[],
  ) {
    const { gamma, beta, mean, variance } = variables;
    const inputs = [this.#asImage(input), gamma, beta, mean, variance];
    return this.#runtime.runMany({ name: 'FusedBatchNormV3', inputs, attributes }, OUTPUTS);
  }

  /** The operation reads images only: a vector of features is an image of one pixel. */
  #asImage(tensor: EagerTensor): EagerTensor {
    const [batch, features] = tensor.shape;
    return tensor.shape.length === 4 ? tensor : this.#runtime.reshape(tensor, [batch, 1, 1, features]);
  }
}
