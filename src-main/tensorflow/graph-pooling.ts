import type { OperationPass, Pooling } from '#core/network/kernels.ts';
import { product } from '#core/network/shape-ops.ts';
import { windowShares } from '#core/network/windows.ts';
import { reshaped } from './graph-batch-norm.ts';
import type { GraphAttribute, GraphAttributes, GraphBuilder, GraphTensor } from './graph-builder.ts';
import { FLOATS } from './graph-builder.ts';
import type { GraphDevice } from './graph-device.ts';
import { cropImage, padded, paddedShape, padImage, slidShape, windowAttributes } from './graph-window.ts';

/** The label under which TensorFlow registers oneDNN's kernels for images as they are. */
const ONEDNN_KERNEL: GraphAttribute = { text: 'MklNameChangeOp' };
/** Of all floats, and so no pixel's maximum. */
const LEAST = -(2 - 2 ** -23) * 2 ** 127;

/** Poolings of images, and their gradients. */
export class GraphPooling {
  readonly #builder: GraphBuilder;
  readonly #remembersMaxima: boolean;

  constructor(builder: GraphBuilder, { remembersMaxima }: Pick<GraphDevice, 'remembersMaxima'>) {
    this.#builder = builder;
    this.#remembersMaxima = remembersMaxima;
  }

  max(input: GraphTensor, pooling: Pooling): GraphTensor {
    const shape = slidShape(input, pooling, input.shape[3]);
    return this.#builder.one({ operation: 'MaxPool', inputs: [input], attributes: maxAttributes(pooling), shape });
  }

  maxGradient(pass: OperationPass<GraphTensor>, pooling: Pooling): GraphTensor {
    if (this.#remembersMaxima) return this.#maxGradientByPlaces(pass, pooling);
    const { input, output, gradient } = pass;
    const inputs = [input, output, gradient];
    return this.#builder.one({
      operation: 'MaxPoolGrad',
      inputs,
      attributes: maxAttributes(pooling),
      shape: input.shape,
    });
  }

  /**
   * `MaxPoolGrad` looks for the maximum of each window pixel by pixel; oneDNN pools a second time, which notes the places, and is many times faster.
   * Both give the gradient to the first of equal pixels, so the bits are the same. Its operation does not pad all sides equally.
   */
  #maxGradientByPlaces({ input, output, gradient }: OperationPass<GraphTensor>, pooling: Pooling): GraphTensor {
    const margin = pooling.padding;
    const image = margin > 0 ? padImage(this.#builder, input, margin, LEAST) : input;
    const attributes: GraphAttributes = {
      ...windowAttributes(pooling, 'VALID'),
      ...{ ksize: square(pooling.size), workspace_enabled: { flag: true }, _kernel: ONEDNN_KERNEL },
    };
    const [maxima, places] = this.#builder.add({
      ...{ operation: '_MklNativeMaxPool', inputs: [image], attributes },
      ...{ shapes: [output.shape, [product(output.shape)]], types: ['float', 'byte'] },
    });
    const inputs = [image, maxima, gradient, places];
    const whole = this.#builder.one({ operation: '_MklNativeMaxPoolGrad', inputs, attributes, shape: image.shape });
    return margin > 0 ? cropImage(this.#builder, whole, margin) : whole;
  }

  average(input: GraphTensor, pooling: Pooling): GraphTensor {
    const image = pooling.padding > 0 ? padImage(this.#builder, input, pooling.padding) : input;
    const shape = slidShape(input, pooling, input.shape[3]);
    return this.#builder.one({ operation: 'AvgPool', inputs: [image], attributes: averageAttributes(pooling), shape });
  }

  averageGradient(input: GraphTensor, gradient: GraphTensor, pooling: Pooling): GraphTensor {
    const margin = pooling.padding;
    const shape = paddedShape(input, margin);
    const inputs = [this.#builder.integers(shape), gradient];
    const whole = this.#builder.one({
      operation: 'AvgPoolGrad',
      inputs,
      attributes: averageAttributes(pooling),
      shape,
    });
    return margin > 0 ? cropImage(this.#builder, whole, margin) : whole;
  }

  /** The shares of all pixels in all windows, a matrix, times each image's pixels. */
  adaptiveAverage(input: GraphTensor, side: number): GraphTensor {
    const [batch, height, width, channels] = input.shape;
    if (height === side && width === side) return this.#builder.identity(input, {});
    const shares = this.#shares(input, side);
    const pixels = reshaped(this.#builder, input, [batch, height * width, channels]);
    const means = this.#times(shares, pixels, { isTransposed: false, rows: side * side });
    return reshaped(this.#builder, means, [batch, side, side, channels]);
  }

  adaptiveAverageGradient(input: GraphTensor, gradient: GraphTensor): GraphTensor {
    const [batch, height, width, channels] = input.shape;
    const side = gradient.shape[1];
    if (height === side && width === side) return this.#builder.identity(gradient, {});
    const shares = this.#shares(input, side);
    const windows = reshaped(this.#builder, gradient, [batch, side * side, channels]);
    const pixels = this.#times(shares, windows, { isTransposed: true, rows: height * width });
    return reshaped(this.#builder, pixels, input.shape);
  }

  /** [windows, pixels] */
  #shares(image: GraphTensor, side: number): GraphTensor {
    const [, height, width] = image.shape;
    return this.#builder.floats(pixelShares(image, side).flat(), [side * side, height * width]);
  }

  #times(
    shares: GraphTensor,
    images: GraphTensor,
    { isTransposed, rows }: { readonly isTransposed: boolean; readonly rows: number },
  ): GraphTensor {
    const [batch, , channels] = images.shape;
    const attributes: GraphAttributes = { ...FLOATS, adj_x: { flag: isTransposed }, adj_y: { flag: false } };
    const shape = [batch, rows, channels];
    return this.#builder.one({ operation: 'BatchMatMulV2', inputs: [shares, images], attributes, shape });
  }
}

/** The share of each pixel of an image in each of side x side windows, window by window. */
export function pixelShares({ shape: [, height, width] }: GraphTensor, side: number): readonly (readonly number[])[] {
  const [rows, columns] = [height, width].map((of) => windowShares(of, side));
  return rows.flatMap((row) => columns.map((column) => row.flatMap((high) => column.map((wide) => high * wide))));
}

/** The operation itself ignores its padding. */
function maxAttributes(pooling: Pooling): GraphAttributes {
  return { ...padded(pooling), ksize: square(pooling.size) };
}

function averageAttributes({ size, stride }: Pooling): GraphAttributes {
  return { ...FLOATS, ksize: square(size), strides: square(stride), padding: { text: 'VALID' } };
}

function square(side: number): GraphAttribute {
  return { integers: [1, side, side, 1] };
}
