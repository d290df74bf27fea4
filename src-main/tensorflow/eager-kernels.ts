import type {
  BatchNormGradients,
  BatchNormPass,
  BatchNormVariables,
  ConvolutionPass,
  Kernels,
  NormalizedBatch,
  ParameterGradients,
  PoolingPass,
  Transposition,
} from '#core/network/kernels.ts';
import type { Convolution } from '#core/network/ops.ts';
import type { OperationAttribute } from './binding.ts';
import { EagerBatchNorm } from './eager-batch-norm.ts';
import { EagerConvolution, padImage } from './eager-convolution.ts';
import type { EagerRuntime, EagerTensor } from './eager-runtime.ts';
import { GroupedBatchNorm, pixelGroup } from './grouped-batch-norm.ts';

/** `Kernels` as single operations of TensorFlow, each with its own fused gradient. */
export class EagerKernels implements Kernels<EagerTensor> {
  readonly #runtime: EagerRuntime;
  readonly #convolution: EagerConvolution;
  readonly #wholeBatchNorm: EagerBatchNorm;
  readonly #groupedBatchNorm: GroupedBatchNorm;

  readonly #pooling: readonly OperationAttribute[];
  /** Of an operation on a list of two tensors. */
  readonly #pair: readonly OperationAttribute[];

  constructor(runtime: EagerRuntime) {
    const { attributes } = runtime;
    this.#runtime = runtime;
    this.#convolution = new EagerConvolution(runtime);
    this.#wholeBatchNorm = new EagerBatchNorm(runtime);
    this.#groupedBatchNorm = new GroupedBatchNorm(runtime);
    const twoByTwo = ['ksize', 'strides'].map((name) => attributes.integer(name, [1, 2, 2, 1]));
    this.#pooling = [...twoByTwo, attributes.text('padding', 'VALID')];
    this.#pair = [attributes.integer('N', 2), attributes.elementType('T', 'float')];
  }

  conv2d(input: EagerTensor, kernel: EagerTensor, convolution: Convolution): EagerTensor {
    return this.#convolution.forward(input, kernel, convolution);
  }

  conv2dInputGradient(pass: ConvolutionPass<EagerTensor>, convolution: Convolution): EagerTensor {
    return this.#convolution.inputGradient(pass, convolution);
  }

  conv2dKernelGradient(pass: ConvolutionPass<EagerTensor>, convolution: Convolution): EagerTensor {
    return this.#convolution.kernelGradient(pass, convolution);
  }

  batchNormTraining(input: EagerTensor, variables: BatchNormVariables<EagerTensor>): NormalizedBatch<EagerTensor> {
    return this.#batchNorm(input).training(input, variables);
  }

  batchNormInference(input: EagerTensor, variables: BatchNormVariables<EagerTensor>): EagerTensor {
    return this.#batchNorm(input).inference(input, variables);
  }

  batchNormGradient(pass: BatchNormPass<EagerTensor>): BatchNormGradients<EagerTensor> {
    return this.#batchNorm(pass.input).gradient(pass);
  }

  batchNormParameterGradients(pass: BatchNormPass<EagerTensor>): ParameterGradients<EagerTensor> {
    return this.#batchNorm(pass.input).parameterGradients(pass);
  }

  relu(input: EagerTensor): EagerTensor {
    return this.#run('Relu', [input]);
  }

  reluGradient(output: EagerTensor, gradient: EagerTensor): EagerTensor {
    return this.#run('ReluGrad', [gradient, output]);
  }

  maxPool(input: EagerTensor): EagerTensor {
    return this.#run('MaxPool', [input], this.#pooling);
  }

  maxPoolGradient({ input, output, gradient }: PoolingPass<EagerTensor>): EagerTensor {
    return this.#run('MaxPoolGrad', [input, output, gradient], this.#pooling);
  }

  averagePool(input: EagerTensor): EagerTensor {
    return this.#run('AvgPool', [input], this.#pooling);
  }

  averagePoolGradient(input: EagerTensor, gradient: EagerTensor): EagerTensor {
    return this.#run('AvgPoolGrad', [this.#shapeOf(input), gradient], this.#pooling);
  }

  globalMean(input: EagerTensor): EagerTensor {
    return this.#run('Mean', [input, this.#runtime.constant(1, 2)]);
  }

  /** Every pixel of a channel gets the same share of the channel's gradient. */
  globalMeanGradient(input: EagerTensor, gradient: EagerTensor): EagerTensor {
    const [batch, height, width, channels] = input.shape;
    return this.#runtime.tidyTensor(() => {
      const share = this.multiply(gradient, this.#runtime.scalar(1 / (height * width)));
      return this.#run('BroadcastTo', [this.#runtime.reshape(share, [batch, 1, 1, channels]), this.#shapeOf(input)]);
    });
  }

  concat(first: EagerTensor, second: EagerTensor): EagerTensor {
    return this.#run('ConcatV2', [first, second, this.#runtime.constantInteger(3)], this.#pair);
  }

  leadingChannels(gradient: EagerTensor, first: EagerTensor): EagerTensor {
    return this.#slice(gradient, [0, 0, 0, 0], first.shape);
  }

  trailingChannels(gradient: EagerTensor, second: EagerTensor): EagerTensor {
    return this.#slice(gradient, [0, 0, 0, gradient.shape[3] - second.shape[3]], second.shape);
  }

  pad(input: EagerTensor, margin: number): EagerTensor {
    return padImage(this.#runtime, input, margin);
  }

  padGradient(gradient: EagerTensor, margin: number): EagerTensor {
    const [batch, height, width, channels] = gradient.shape;
    const size = [batch, height - 2 * margin, width - 2 * margin, channels];
    return this.#slice(gradient, [0, margin, margin, 0], size);
  }

  add(first: EagerTensor, second: EagerTensor): EagerTensor {
    return this.#run('AddV2', [first, second]);
  }

  multiply(first: EagerTensor, second: EagerTensor): EagerTensor {
    return this.#run('Mul', [first, second]);
  }

  matMul(left: EagerTensor, right: EagerTensor, transposition: Transposition = {}): EagerTensor {
    const { transposeLeft = false, transposeRight = false } = transposition;
    const { attributes } = this.#runtime;
    const sides = [attributes.boolean('transpose_a', transposeLeft), attributes.boolean('transpose_b', transposeRight)];
    return this.#run('MatMul', [left, right], sides);
  }

  addBias(input: EagerTensor, bias: EagerTensor): EagerTensor {
    return this.#run('BiasAdd', [input, bias]);
  }

  biasGradient(gradient: EagerTensor): EagerTensor {
    return this.#run('BiasAddGrad', [gradient]);
  }

  /** The generator is Philox, keyed by `key`: floor(uniform + 1 - rate) keeps a value with probability 1 - rate. */
  dropoutMask(input: EagerTensor, rate: number, key: EagerTensor): EagerTensor {
    return this.#runtime.tidyTensor(() => {
      const uniform = this.#run('StatelessRandomUniform', [this.#shapeOf(input), key]);
      const kept = this.#run('Floor', [this.add(uniform, this.#runtime.scalar(1 - rate))]);
      return this.multiply(kept, this.#runtime.scalar(1 / (1 - rate)));
    });
  }

  meanCrossEntropy(logits: EagerTensor, labels: EagerTensor) {
    const operation = { name: 'SparseSoftmaxCrossEntropyWithLogits', inputs: [logits, labels], attributes: [] };
    const [losses, gradients] = this.#runtime.runMany(operation, 2);
    const loss = this.#run('Mean', [losses, this.#runtime.constant(0)]);
    const gradient = this.multiply(gradients, this.#runtime.scalar(1 / logits.shape[0]));
    this.release(losses);
    this.release(gradients);
    return { loss, gradient };
  }

  release(tensor: EagerTensor): void {
    this.#runtime.release(tensor);
  }

  #run(name: string, inputs: readonly EagerTensor[], attributes?: readonly OperationAttribute[]): EagerTensor {
    return this.#runtime.run(name, inputs, attributes);
  }

  #batchNorm(input: EagerTensor): EagerBatchNorm | GroupedBatchNorm {
    const isWholeFaster = this.#runtime.usesGpu || pixelGroup(input) === 1;
    return isWholeFaster ? this.#wholeBatchNorm : this.#groupedBatchNorm;
  }

  #slice(tensor: EagerTensor, begin: readonly number[], size: readonly number[]): EagerTensor {
    return this.#run('Slice', [tensor, this.#runtime.constant(...begin), this.#runtime.constant(...size)]);
  }

  #shapeOf({ shape }: EagerTensor): EagerTensor {
    return this.#runtime.constant(...shape);
  }
}
