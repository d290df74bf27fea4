import { InferenceOps } from '#core/network/inference-ops.ts';
import type { Convolution } from '#core/network/kernels.ts';
import { batchNormVariables } from '#core/network/operations/batch-norm.ts';
import { normScale, reshaped } from './graph-batch-norm.ts';
import type { GraphAttributes, GraphBuilder, GraphNode, GraphTensor } from './graph-builder.ts';
import { isPointwise } from './graph-convolution.ts';
import type { GraphKernels, GraphOptions } from './graph-kernels.ts';
import type { MergedWeights } from './merged-weights.ts';

export interface FrozenOpsSources extends GraphOptions {
  readonly builder: GraphBuilder;
  readonly kernels: GraphKernels;
  readonly variable: (name: string) => GraphTensor;
  /** Computes and keeps the kernels and biases into which batch norms are merged. */
  readonly merged: MergedWeights;
}

/** y = scale x + shift for each channel: a batch norm with fixed statistics, in the function that merges. */
interface ScaleAndShift {
  readonly scale: GraphTensor;
  readonly shift: GraphTensor;
}

interface BiasedProduct {
  readonly product: GraphTensor;
  readonly bias: GraphTensor;
}

type Activation = 'Relu' | 'Relu6';

/** Makes a product or a convolution add a bias and apply an activation. */
function fusedWith(activation: Activation): GraphAttributes {
  return { num_args: { integer: 1 }, fused_ops: { texts: ['BiasAdd', activation] }, epsilon: { float: 0 } };
}

const FUSED_OPERATIONS: Readonly<
  Record<string, { readonly operation: string; readonly attributes?: GraphAttributes }>
> = {
  Conv2D: { operation: '_FusedConv2D', attributes: { TArgs: { types: ['float'] } } },
  DepthwiseConv2dNative: { operation: '_FusedDepthwiseConv2dNative' },
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
  /** Sums with a bias into which a batch norm or a ReLU may be merged, by the tensor that readers see. */
  readonly #biased = new Map<GraphTensor, BiasedProduct>();

  constructor(sources: FrozenOpsSources) {
    super(sources);
    this.#sources = sources;
  }

  override conv2d(input: GraphTensor, name: string, convolution: Convolution): GraphTensor {
    const norm = this.#batchNorms.get(input);
    if (norm !== undefined && isPointwise(convolution) && this.#isUnread(input)) {
      return this.#behindBatchNorm(input, norm, { name, convolution });
    }
    const { kernels, variable } = this.#sources;
    const output = kernels.conv2d(input, variable(`${name}.kernel`), convolution);
    if (convolution.bias) return this.#biasedBy(output, variable(`${name}.bias`));
    this.#convolutions.add(output);
    return output;
  }

  override batchNorm(input: GraphTensor, name: string): GraphTensor {
    if (this.#isUnread(input)) {
      if (this.#convolutions.has(input)) return this.#intoConvolution(input, name);
      const biased = this.#biased.get(input);
      if (biased !== undefined) return this.#intoBiased(input, { ...biased, name });
    }
    const output = super.batchNorm(input, name);
    this.#batchNorms.set(output, { input, name });
    return output;
  }

  override relu(input: GraphTensor): GraphTensor {
    return this.#activated(input, 'Relu') ?? super.relu(input);
  }

  override relu6(input: GraphTensor): GraphTensor {
    return this.#activated(input, 'Relu6') ?? super.relu6(input);
  }

  /** conv(x, k) scale + shift = conv(x, k scale) + shift */
  #intoConvolution(output: GraphTensor, name: string): GraphTensor {
    const { scale, shift } = this.#scaleAndShift(name);
    return this.#biasedBy(this.#scaled(output, scale), this.#sources.merged.keep(shift));
  }

  /** (conv(x, k) + b) scale + shift = conv(x, k scale) + (b scale + shift) */
  #intoBiased(output: GraphTensor, { product, bias, name }: BiasedProduct & { readonly name: string }): GraphTensor {
    const { builder, merged } = this.#sources;
    builder.body.remove(output.node);
    const { scale, shift } = this.#scaleAndShift(name);
    const moved = merged.changed(bias, (value) => builder.binary('AddV2', builder.binary('Mul', value, scale), shift));
    return this.#biasedBy(this.#scaled(product, scale), moved);
  }

  /** The convolution with its kernel's filters times `scale`. */
  #scaled(output: GraphTensor, scale: GraphTensor): GraphTensor {
    const { builder, merged } = this.#sources;
    const node = this.#computing(output);
    const [image, kernel] = node.inputs;
    const isDepthwise = node.operation === 'DepthwiseConv2dNative';
    const scaled = merged.changed(this.#withoutReshape(kernel), (value) =>
      builder.binary('Mul', value, isDepthwise ? reshaped(builder, scale, [...scale.shape, 1]) : scale),
    );
    return this.#changed(output, { ...node, inputs: [image, reshaped(builder, scaled, kernel.shape)] });
  }

  /** conv(x scale + shift, k) = conv(x, scale k) + shift k, where no pixel is padded with zeros between the two */
  #behindBatchNorm(
    normalized: GraphTensor,
    { input, name: norm }: { readonly input: GraphTensor; readonly name: string },
    { name, convolution }: { readonly name: string; readonly convolution: Convolution },
  ): GraphTensor {
    const { builder, kernels, variable, merged } = this.#sources;
    for (const node of new Set([normalized.node, this.#computing(normalized).name])) builder.body.remove(node);
    const { scale, shift } = this.#scaleAndShift(norm);
    const [scaled, bias] = merged.compute(() => {
      const kernel = variable(`${name}.kernel`);
      const [, , channels, filters] = kernel.shape;
      const row = kernels.matMul(
        reshaped(builder, shift, [1, channels]),
        reshaped(builder, kernel, [channels, filters]),
      );
      const shifts = reshaped(builder, row, [filters]);
      return [
        builder.binary('Mul', kernel, reshaped(builder, scale, [channels, 1])),
        convolution.bias ? builder.binary('AddV2', shifts, variable(`${name}.bias`)) : shifts,
      ];
    });
    return this.#biasedBy(kernels.conv2d(input, merged.keep(scaled), convolution), merged.keep(bias));
  }

  #biasedBy(product: GraphTensor, bias: GraphTensor): GraphTensor {
    const output = this.#sources.kernels.addBias(product, bias);
    this.#biased.set(output, { product, bias });
    return output;
  }

  /** The sum with a bias and the activation in one operation; null where that is not possible. */
  #activated(input: GraphTensor, activation: Activation): GraphTensor | null {
    const biased = this.#biased.get(input);
    if (biased === undefined || !this.#sources.fusesActivations || !this.#isUnread(input)) return null;
    const { body } = this.#sources.builder;
    const { product, bias } = biased;
    const node = this.#computing(product);
    // The fused depthwise one knows no explicit padding, and an image that is padded for it costs more than the two operations.
    if (node.operation === 'DepthwiseConv2dNative' && 'explicit_paddings' in node.attributes) return null;
    body.remove(input.node);
    const { operation, attributes } = FUSED_OPERATIONS[node.operation];
    const fused = { operation, attributes: { ...node.attributes, ...fusedWith(activation), ...attributes } };
    return this.#changed(product, { ...node, ...fused, inputs: [...node.inputs, bias] });
  }

  /** shift = beta - mean scale */
  #scaleAndShift(name: string): ScaleAndShift {
    const { builder, merged, variable } = this.#sources;
    return merged.compute(() => {
      const { gamma, beta, mean, variance } = batchNormVariables(name, variable);
      const scale = normScale(builder, gamma, variance);
      return { scale, shift: builder.binary('Sub', beta, builder.binary('Mul', mean, scale)) };
    });
  }

  /** The node that computes a tensor, looking through a reshape. */
  #computing(tensor: GraphTensor): GraphNode {
    const { body } = this.#sources.builder;
    const node = body.node(tensor.node);
    return node.operation === 'Reshape' ? body.node(node.inputs[0].node) : node;
  }

  /** The kernel itself, which a product reads as a matrix. */
  #withoutReshape(kernel: GraphTensor): GraphTensor {
    const { body } = this.#sources.builder;
    const { name, operation, inputs } = body.node(kernel.node);
    if (operation !== 'Reshape') return kernel;
    body.remove(name);
    return inputs[0];
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
