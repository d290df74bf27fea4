import type { ConvolutionPass } from '#core/network/kernels.ts';
import type { Convolution } from '#core/network/ops.ts';
import type { Attributes, OperationAttribute } from './binding.ts';
import type { EagerRuntime, EagerTensor } from './eager-runtime.ts';

type AttributeList = readonly OperationAttribute[];

/** Convolutions without bias, padded symmetrically, in the fastest way that TensorFlow has for each. */
export class EagerConvolution {
  readonly #runtime: EagerRuntime;
  /** By the kernel's size, the stride and the padding; built once for each. */
  readonly #attributes = new Map<string, AttributeList>();
  readonly #product: AttributeList;
  readonly #productOfTransposed: AttributeList;

  constructor(runtime: EagerRuntime) {
    this.#runtime = runtime;
    this.#product = [];
    this.#productOfTransposed = [runtime.attributes.boolean('transpose_b', true)];
  }

  forward(input: EagerTensor, kernel: EagerTensor, convolution: Convolution): EagerTensor {
    if (isPointwise(convolution)) return this.#eachPixelTimes(input, kernel, this.#product);
    return this.#runtime.run('Conv2D', [input, kernel], this.#padded(convolution));
  }

  inputGradient({ input, kernel, gradient }: ConvolutionPass<EagerTensor>, convolution: Convolution): EagerTensor {
    if (isPointwise(convolution)) return this.#eachPixelTimes(gradient, kernel, this.#productOfTransposed);
    const inputs = [this.#runtime.constant(...input.shape), kernel, gradient];
    return this.#runtime.run('Conv2DBackpropInput', inputs, this.#padded(convolution));
  }

  /** Padding by hand makes this operation 2.5 times as fast as its own explicit padding does; the two above are faster with that. */
  kernelGradient({ input, kernel, gradient }: ConvolutionPass<EagerTensor>, convolution: Convolution): EagerTensor {
    const size = this.#runtime.constant(...kernel.shape);
    if (!needsExplicitPadding(convolution)) {
      return this.#runtime.run('Conv2DBackpropFilter', [input, size, gradient], this.#padded(convolution));
    }
    const padded = padImage(this.#runtime, input, (convolution.size - 1) / 2);
    const attributes = this.#attributesOf(convolution, 'VALID');
    const result = this.#runtime.run('Conv2DBackpropFilter', [padded, size, gradient], attributes);
    this.#runtime.release(padded);
    return result;
  }

  /** A 1x1 convolution is a product of matrices, [pixels, channels] times [channels, filters], and faster as one. */
  #eachPixelTimes(image: EagerTensor, kernel: EagerTensor, attributes: AttributeList): EagerTensor {
    const [batch, height, width, channels] = image.shape;
    return this.#runtime.tidyTensor(() => {
      const pixels = this.#runtime.reshape(image, [batch * height * width, channels]);
      const weights = this.#runtime.reshape(kernel, kernel.shape.slice(2));
      const product = this.#runtime.run('MatMul', [pixels, weights], attributes);
      return this.#runtime.reshape(product, [batch, height, width, product.shape[1]]);
    });
  }

  #padded(convolution: Convolution): AttributeList {
    return this.#attributesOf(convolution, needsExplicitPadding(convolution) ? 'EXPLICIT' : 'SAME');
  }

  #attributesOf(convolution: Convolution, padding: Padding): AttributeList {
    const key = `${convolution.size}/${convolution.stride}/${padding}`;
    const known = this.#attributes.get(key);
    if (known !== undefined) return known;
    const created = convolutionAttributes(this.#runtime.attributes, convolution, padding);
    this.#attributes.set(key, created);
    return created;
  }
}

/** Zeros on all four sides. */
export function padImage(runtime: EagerRuntime, image: EagerTensor, margin: number): EagerTensor {
  const margins = runtime.integers(Int32Array.of(0, 0, margin, margin, margin, margin, 0, 0), [4, 2]);
  const padded = runtime.run('Pad', [image, margins]);
  runtime.release(margins);
  return padded;
}

type Padding = 'SAME' | 'EXPLICIT' | 'VALID';

function isPointwise({ size, stride }: Convolution): boolean {
  return size === 1 && stride === 1;
}

/** At a stride, TensorFlow's `SAME` is not the same on all sides. */
function needsExplicitPadding({ size, stride }: Convolution): boolean {
  return size > 1 && stride > 1;
}

function convolutionAttributes(attributes: Attributes, { size, stride }: Convolution, padding: Padding): AttributeList {
  const list = [attributes.integer('strides', [1, stride, stride, 1]), attributes.text('padding', padding)];
  if (padding !== 'EXPLICIT') return list;
  const side = (size - 1) / 2;
  return [...list, attributes.integer('explicit_paddings', [0, 0, side, side, side, side, 0, 0])];
}
