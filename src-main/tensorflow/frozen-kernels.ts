import type { Convolution, Transposition } from '#core/network/kernels.ts';
import { reshaped } from './graph-batch-norm.ts';
import type { GraphBuilder, GraphTensor } from './graph-builder.ts';
import { FLOATS } from './graph-builder.ts';
import { GraphConvolution } from './graph-convolution.ts';
import type { GraphOptions } from './graph-kernels.ts';
import { GraphKernels } from './graph-kernels.ts';
import { pixelShares } from './graph-pooling.ts';

/**
 * Kernels of layers whose output may be kept, where products are not steady: none takes the rows of all images together.
 *
 * On a processor without AVX-512, oneDNN's product works on six rows at a time, and where one to three are left over at the
 * end of a thread's part, a kernel takes them that adds up in another order. The last bits of an image's values then depend
 * on its place in the batch, also where there is one product for each image, as in an adaptive pooling. A convolution runs image
 * by image.
 */
export class FrozenKernels extends GraphKernels {
  readonly #builder: GraphBuilder;
  readonly #convolution: GraphConvolution;

  constructor(builder: GraphBuilder, options: GraphOptions) {
    super(builder, options);
    this.#builder = builder;
    this.#convolution = new GraphConvolution(builder, options);
  }

  override conv2d(input: GraphTensor, kernel: GraphTensor, convolution: Convolution): GraphTensor {
    return this.#convolution.imageByImage(input, kernel, convolution);
  }

  /** As a convolution of images whose pixels are the channels, and whose channels are the pixels. */
  override adaptiveAveragePool(input: GraphTensor, side: number): GraphTensor {
    const [batch, height, width, channels] = input.shape;
    if (height === side && width === side) return super.adaptiveAveragePool(input, side);
    const [builder, pixels, windows] = [this.#builder, height * width, side * side];
    const turned = this.#turned(reshaped(builder, input, [batch, pixels, channels]));
    const images = reshaped(builder, turned, [batch, channels, 1, pixels]);
    const shares = pixelShares(input, side);
    const values = Array.from({ length: pixels }, (_, pixel) => shares.map((window) => window[pixel])).flat();
    const kernel = builder.floats(values, [1, 1, pixels, windows]);
    const means = this.conv2d(images, kernel, { size: 1, stride: 1, filters: windows });
    const output = this.#turned(reshaped(builder, means, [batch, channels, windows]));
    return reshaped(builder, output, [batch, side, side, channels]);
  }

  /** With the last two axes exchanged. */
  #turned(input: GraphTensor): GraphTensor {
    const [batch, rows, columns] = input.shape;
    const attributes = { ...FLOATS, Tperm: { type: 'integer' } } as const;
    const inputs = [input, this.#builder.integers([0, 2, 1])];
    return this.#builder.one({ operation: 'Transpose', inputs, attributes, shape: [batch, columns, rows] });
  }

  /** As a convolution of images of one pixel. */
  override matMul(left: GraphTensor, right: GraphTensor, transposition?: Transposition): GraphTensor {
    if (transposition !== undefined) return super.matMul(left, right, transposition);
    const [rows, features] = left.shape;
    const units = right.shape[1];
    const images = reshaped(this.#builder, left, [rows, 1, 1, features]);
    const kernel = reshaped(this.#builder, right, [1, 1, features, units]);
    const output = this.conv2d(images, kernel, { size: 1, stride: 1, filters: units });
    return reshaped(this.#builder, output, [rows, units]);
  }
}
