import type {
  BatchNormGradients,
  BatchNormPass,
  BatchNormVariables,
  Convolution,
  ConvolutionPass,
  Kernels,
  NormalizedBatch,
  OperationPass,
  ParameterGradients,
  Pooling,
  Transposition,
} from '#core/network/kernels.ts';
import type { BatchNormOptions } from './graph-batch-norm.ts';
import { GraphBatchNorm, reshaped } from './graph-batch-norm.ts';
import type { GraphAttributes, GraphBuilder, GraphTensor } from './graph-builder.ts';
import { FLOATS } from './graph-builder.ts';
import type { ConvolutionOptions } from './graph-convolution.ts';
import { GraphConvolution } from './graph-convolution.ts';
import type { GraphDevice } from './graph-device.ts';
import { GraphPooling } from './graph-pooling.ts';
import { cropImage, padImage, sliced } from './graph-window.ts';

/** The device on which the graph will run: some detours are faster only on a CPU. */
export interface GraphOptions extends GraphDevice, BatchNormOptions, ConvolutionOptions {}

/** `Kernels` that add nodes to a graph: their results are computed when a run of the graph reaches them. */
export class GraphKernels implements Kernels<GraphTensor> {
  readonly #builder: GraphBuilder;
  readonly #convolution: GraphConvolution;
  readonly #pooling: GraphPooling;
  /** Used by both functions of a layer, forward and backward, so that the second knows the moments of the first. */
  readonly batchNorm: GraphBatchNorm;

  constructor(builder: GraphBuilder, options: GraphOptions) {
    this.#builder = builder;
    this.#convolution = new GraphConvolution(builder, options);
    this.#pooling = new GraphPooling(builder, options);
    this.batchNorm = new GraphBatchNorm(builder, options);
  }

  conv2d(input: GraphTensor, kernel: GraphTensor, convolution: Convolution): GraphTensor {
    return this.#convolution.forward(input, kernel, convolution);
  }

  conv2dInputGradient(pass: ConvolutionPass<GraphTensor>, convolution: Convolution): GraphTensor {
    return this.#convolution.inputGradient(pass, convolution);
  }

  conv2dKernelGradient(pass: ConvolutionPass<GraphTensor>, convolution: Convolution): GraphTensor {
    return this.#convolution.kernelGradient(pass, convolution);
  }

  batchNormTraining(input: GraphTensor, variables: BatchNormVariables<GraphTensor>): NormalizedBatch<GraphTensor> {
    return this.batchNorm.training(input, variables);
  }

  batchNormInference(input: GraphTensor, variables: BatchNormVariables<GraphTensor>): GraphTensor {
    return this.batchNorm.inference(input, variables);
  }

  batchNormGradient(pass: BatchNormPass<GraphTensor>): BatchNormGradients<GraphTensor> {
    return this.batchNorm.gradient(pass);
  }

  batchNormParameterGradients(pass: BatchNormPass<GraphTensor>): ParameterGradients<GraphTensor> {
    return this.batchNorm.parameterGradients(pass);
  }

  relu(input: GraphTensor): GraphTensor {
    return this.batchNorm.activated(input) ?? this.#one('Relu', [input], input.shape);
  }

  reluGradient(output: GraphTensor, gradient: GraphTensor): GraphTensor {
    return this.#one('ReluGrad', [gradient, output], output.shape);
  }

  relu6(input: GraphTensor): GraphTensor {
    return this.#one('Relu6', [input], input.shape);
  }

  relu6Gradient(output: GraphTensor, gradient: GraphTensor): GraphTensor {
    return this.#one('Relu6Grad', [gradient, output], output.shape);
  }

  maxPool(input: GraphTensor, pooling: Pooling): GraphTensor {
    return this.#pooling.max(input, pooling);
  }

  maxPoolGradient(pass: OperationPass<GraphTensor>, pooling: Pooling): GraphTensor {
    return this.#pooling.maxGradient(pass, pooling);
  }

  averagePool(input: GraphTensor, pooling: Pooling): GraphTensor {
    return this.#pooling.average(input, pooling);
  }

  averagePoolGradient(input: GraphTensor, gradient: GraphTensor, pooling: Pooling): GraphTensor {
    return this.#pooling.averageGradient(input, gradient, pooling);
  }

  adaptiveAveragePool(input: GraphTensor, side: number): GraphTensor {
    return this.#pooling.adaptiveAverage(input, side);
  }

  adaptiveAveragePoolGradient(input: GraphTensor, gradient: GraphTensor): GraphTensor {
    return this.#pooling.adaptiveAverageGradient(input, gradient);
  }

  globalMean(input: GraphTensor): GraphTensor {
    const [batch, , , channels] = input.shape;
    const attributes: GraphAttributes = { ...FLOATS, Tidx: { type: 'integer' }, keep_dims: { flag: false } };
    return this.#one('Mean', [input, this.#builder.integers([1, 2])], [batch, channels], attributes);
  }

  /** Every pixel of a channel gets the same share of the channel's gradient. */
  globalMeanGradient({ shape }: GraphTensor, gradient: GraphTensor): GraphTensor {
    const [batch, height, width, channels] = shape;
    const share = this.multiply(gradient, this.#builder.float(1 / (height * width)));
    const inputs = [reshaped(this.#builder, share, [batch, 1, 1, channels]), this.#builder.integers(shape)];
    return this.#one('BroadcastTo', inputs, shape, { ...FLOATS, Tidx: { type: 'integer' } });
  }

  flatten(input: GraphTensor): GraphTensor {
    const [batch, height, width, channels] = input.shape;
    return reshaped(this.#builder, input, [batch, height * width * channels]);
  }

  flattenGradient(input: GraphTensor, gradient: GraphTensor): GraphTensor {
    return reshaped(this.#builder, gradient, input.shape);
  }

  pixel(input: GraphTensor): GraphTensor {
    const [batch, features] = input.shape;
    return reshaped(this.#builder, input, [batch, 1, 1, features]);
  }

  concat(first: GraphTensor, second: GraphTensor): GraphTensor {
    const [batch, height, width, channels] = first.shape;
    const shape = [batch, height, width, channels + second.shape[3]];
    const attributes: GraphAttributes = { ...FLOATS, N: { integer: 2 }, Tidx: { type: 'integer' } };
    const whole = this.#one('ConcatV2', [first, second, this.#builder.integer(3)], shape, attributes);
    this.batchNorm.concatenated(whole, [first, second]);
    return whole;
  }

  leadingChannels(gradient: GraphTensor, first: GraphTensor): GraphTensor {
    return sliced(this.#builder, gradient, { begin: [0, 0, 0, 0], size: first.shape });
  }

  trailingChannels(gradient: GraphTensor, second: GraphTensor): GraphTensor {
    const begin = [0, 0, 0, gradient.shape[3] - second.shape[3]];
    return sliced(this.#builder, gradient, { begin, size: second.shape });
  }

  pad(input: GraphTensor, margin: number): GraphTensor {
    return padImage(this.#builder, input, margin);
  }

  padGradient(gradient: GraphTensor, margin: number): GraphTensor {
    return cropImage(this.#builder, gradient, margin);
  }

  add(first: GraphTensor, second: GraphTensor): GraphTensor {
    return this.#builder.binary('AddV2', first, second);
  }

  multiply(first: GraphTensor, second: GraphTensor): GraphTensor {
    return this.#builder.binary('Mul', first, second);
  }

  matMul(left: GraphTensor, right: GraphTensor, transposition: Transposition = {}): GraphTensor {
    const { transposeLeft = false, transposeRight = false } = transposition;
    const attributes: GraphAttributes = {
      ...FLOATS,
      transpose_a: { flag: transposeLeft },
      transpose_b: { flag: transposeRight },
    };
    const shape = [left.shape[transposeLeft ? 1 : 0], right.shape[transposeRight ? 0 : 1]];
    return this.#one('MatMul', [left, right], shape, attributes);
  }

  addBias(input: GraphTensor, bias: GraphTensor): GraphTensor {
    return this.#one('BiasAdd', [input, bias], input.shape);
  }

  biasGradient(gradient: GraphTensor): GraphTensor {
    return this.#one('BiasAddGrad', [gradient], gradient.shape.slice(-1));
  }

  /** The generator is Philox, keyed by `key`: floor(uniform + 1 - rate) keeps a value with probability 1 - rate. */
  dropoutMask({ shape }: GraphTensor, rate: number, key: GraphTensor): GraphTensor {
    const attributes: GraphAttributes = {
      dtype: { type: 'float' },
      T: { type: 'integer' },
      Tseed: { type: 'integer' },
    };
    const inputs = [this.#builder.integers(shape), key];
    const uniform = this.#one('StatelessRandomUniform', inputs, shape, attributes);
    const kept = this.#one('Floor', [this.add(uniform, this.#builder.float(1 - rate))], shape);
    return this.multiply(kept, this.#builder.float(1 / (1 - rate)));
  }

  meanCrossEntropy(logits: GraphTensor, labels: GraphTensor, labelSmoothing = 0) {
    const [batch] = logits.shape;
    const [losses, gradients] =
      labelSmoothing === 0
        ? this.#builder.add({
            operation: 'SparseSoftmaxCrossEntropyWithLogits',
            inputs: [logits, labels],
            attributes: { ...FLOATS, Tlabels: { type: 'integer' } },
            shapes: [[batch], logits.shape],
          })
        : this.#builder.add({
            operation: 'SoftmaxCrossEntropyWithLogits',
            inputs: [logits, this.#smoothed(labels, logits.shape, labelSmoothing)],
            attributes: FLOATS,
            shapes: [[batch], logits.shape],
          });
    const attributes: GraphAttributes = { ...FLOATS, Tidx: { type: 'integer' }, keep_dims: { flag: false } };
    const loss = this.#one('Mean', [losses, this.#builder.integers([0])], [], attributes);
    return { loss, gradient: this.multiply(gradients, this.#builder.float(1 / batch)) };
  }

  /** The share, divided by the classes, for each class; and all that is left for the image's own. */
  #smoothed(labels: GraphTensor, shape: readonly number[], share: number): GraphTensor {
    const classes = shape[1];
    const [own, other] = [1 - share + share / classes, share / classes].map((value) => this.#builder.float(value));
    const inputs = [labels, this.#builder.integer(classes), own, other];
    return this.#one('OneHot', inputs, shape, { ...FLOATS, TI: { type: 'integer' }, axis: { integer: -1 } });
  }

  /** Nothing to do: a run of the graph frees by itself what no later node reads. */
  release(): void {}

  #one(
    operation: string,
    inputs: readonly GraphTensor[],
    shape: readonly number[],
    attributes: GraphAttributes = FLOATS,
  ): GraphTensor {
    return this.#builder.one({ operation, inputs, attributes, shape });
  }
}
