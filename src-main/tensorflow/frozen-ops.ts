import { InferenceOps } from '#core/network/inference-ops.ts';
import type { Convolution } from '#core/network/kernels.ts';
import { batchNormVariables } from '#core/network/operations/batch-norm.ts';
import { normScale, reshaped } from './graph-batch-norm.ts';
import type { GraphAttributes, GraphBuilder, GraphNode, GraphTensor } from './graph-builder.ts';
import type { GraphKernels, GraphOptions } from './graph-kernels.ts';

export interface FrozenOpsSources extends GraphOptions {
  readonly builder: GraphBuilder;
  readonly kernels: GraphKernels;
  readonly variable: (name: string) => GraphTensor;
}

/** y = scale x + shift for each channel: a batch norm with fixed statistics. */
interface ScaleAndShift {
  readonly scale: GraphTensor;
  readonly shift: GraphTensor;
}

/** Makes a product or a convolution add a bias and apply ReLU. */
const FUSED: GraphAttributes = {
  num_args: { integer: 1 },
  fused_ops: { texts: ['BiasAdd', 'Relu'] },
  epsilon: { float: 0 },
};
const FUSED_OPERATIONS: Readonly<
  Record<string, { readonly operation: string; readonly attributes?: GraphAttributes }>
> = {
  Conv2D: { operation: '_FusedConv2D', attributes: { TArgs: { types: ['float'] } } },
  MatMul: { operation: '_FusedMatMul' },
};

/**
 * The forward pass of frozen layers. It computes what evaluation mode does, but a batch norm directly after a convolution, or
 * directly before a 1x1 one, is merged into that convolution's kernel and a bias, and a ReLU after it into the same operation.
 * The results differ from those of `InferenceOps` by rounding.
 */
export class FrozenOps extends InferenceOps<GraphTensor> {
  readonly #sources: FrozenOpsSources;
  /** Outputs of convolutions, into which a batch norm may be merged. */
  readonly #convolutions = new Set<GraphTensor>();
  /** Batch norms that may be merged into a 1x1 convolution, by their output. */
  readonly #batchNorms = new Map<GraphTensor, { readonly input: GraphTensor; readonly name: string }>();
  /** Sums with a bias into which a ReLU may be merged, by the tensor that readers see. */
  readonly #biased = new Map<GraphTensor, { readonly product: GraphTensor; readonly bias: GraphTensor }>();

  constructor(sources: FrozenOpsSources) {
    super(sources);
    this.#sources = sources;
  }

  override conv2d(input: GraphTensor, name: string, convolution: Convolution): GraphTensor {
    const norm = this.#batchNorms.get(input);
    if (norm !== undefined && isPointwise(convolution) && this.#isUnread(input)) {
      return this.#behindBatchNorm(input, norm, { name, convolution });
    }
    const output = super.conv2d(input, name, convolution);
    this.#convolutions.add(output);
    return output;
  }

  override batchNorm(input: GraphTensor, name: string): GraphTensor {
    if (this.#convolutions.has(input) && this.#isUnread(input)) return this.#intoConvolution(input, name);
    const output = super.batchNorm(input, name);
    this.#batchNorms.set(output, { input, name });
    return output;
  }

  override relu(input: GraphTensor): GraphTensor {
    const biased = this.#biased.get(input);
    if (biased === undefined || !this.#sources.fusesActivations || !this.#isUnread(input)) return super.relu(input);
    return this.#withBiasAndRelu(input, biased);
  }

  /** conv(x, k) scale + shift = conv(x, k scale) + shift */
  #intoConvolution(output: GraphTensor, name: string): GraphTensor {
    const { scale, shift } = this.#scaleAndShift(name);
    const node = this.#computing(output);
    const [image, kernel] = node.inputs;
    const scaled = this.#sources.builder.binary('Mul', kernel, scale);
    const changed = { ...node, inputs: [image, scaled] };
    return this.#biasedBy(this.#changed(output, changed), shift);
  }

  /** conv(x scale + shift, k) = conv(x, scale k) + shift k, where no pixel is padded with zeros between the two */
  #behindBatchNorm(
    normalized: GraphTensor,
    { input, name: norm }: { readonly input: GraphTensor; readonly name: string },
    { name, convolution }: { readonly name: string; readonly convolution: Convolution },
  ): GraphTensor {
    const { builder, kernels, variable } = this.#sources;
    for (const node of new Set([normalized.node, this.#computing(normalized).name])) builder.body.remove(node);
    const { scale, shift } = this.#scaleAndShift(norm);
    const kernel = variable(`${name}.kernel`);
    const [, , channels, filters] = kernel.shape;
    const scaled = this.#sources.builder.binary('Mul', kernel, reshaped(builder, scale, [channels, 1]));
    const row = kernels.matMul(reshaped(builder, shift, [1, channels]), reshaped(builder, kernel, [channels, filters]));
    return this.#biasedBy(kernels.conv2d(input, scaled, convolution), reshaped(builder, row, [filters]));
  }

  #biasedBy(product: GraphTensor, bias: GraphTensor): GraphTensor {
    const output = this.#sources.kernels.addBias(product, bias);
    this.#biased.set(output, { product, bias });
    return output;
  }

  #withBiasAndRelu(
    output: GraphTensor,
    { product, bias }: { readonly product: GraphTensor; readonly bias: GraphTensor },
  ) {
    const { body } = this.#sources.builder;
    body.remove(output.node);
    const node = this.#computing(product);
    const { operation, attributes } = FUSED_OPERATIONS[node.operation];
    const fused = { operation, attributes: { ...node.attributes, ...FUSED, ...attributes } };
    return this.#changed(product, { ...node, ...fused, inputs: [...node.inputs, bias] });
  }

  /** shift = beta - mean scale */
  #scaleAndShift(name: string): ScaleAndShift {
    const { gamma, beta, mean, variance } = batchNormVariables(name, this.#sources.variable);
    const { builder } = this.#sources;
    const scale = normScale(builder, gamma, variance);
    return { scale, shift: builder.binary('Sub', beta, builder.binary('Mul', mean, scale)) };
  }

  /** The node that computes a tensor, looking through a reshape. */
  #computing(tensor: GraphTensor): GraphNode {
    const { body } = this.#sources.builder;
    const node = body.node(tensor.node);
    return node.operation === 'Reshape' ? body.node(node.inputs[0].node) : node;
  }

  #changed(tensor: GraphTensor, node: GraphNode): GraphTensor {
    const { body } = this.#sources.builder;
    body.update(node);
    return body.retire(tensor);
  }

  #isUnread(tensor: GraphTensor): boolean {
    return this.#sources.builder.body.readersOf(tensor).length === 0;
  }
}

function isPointwise({ size, stride }: Convolution): boolean {
  return size === 1 && stride === 1;
}
