import { product } from '#core/network/shape-ops.ts';
import type { GraphAttributes, GraphBody, GraphNode, GraphTensor } from './graph-builder.ts';

interface Shapes {
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly result: readonly number[];
}

interface Products {
  /** The places of the two inputs that are multiplied. */
  readonly factors: readonly [number, number];
  readonly multiplications: (shapes: Shapes) => number;
}

/** A pixel of a convolution's output has read the whole kernel; the sides of a product of matrices are each in two of its shapes. */
const CONVOLUTION: Products = {
  factors: [0, 1],
  multiplications: ({ second: kernel, result: output }) => product(kernel) * pixels(output),
};
const MATRICES: Products = {
  factors: [0, 1],
  multiplications: ({ first, second, result }) => Math.sqrt(product(first) * product(second) * product(result)),
};
const PRODUCTS: Readonly<Record<string, Products>> = {
  Conv2D: CONVOLUTION,
  _FusedConv2D: CONVOLUTION,
  Conv2DBackpropInput: {
    factors: [1, 2],
    multiplications: ({ first: kernel, second: gradient }) => product(kernel) * pixels(gradient),
  },
  Conv2DBackpropFilter: {
    factors: [0, 2],
    multiplications: ({ second: gradient, result: kernel }) => product(kernel) * pixels(gradient),
  },
  MatMul: MATRICES,
  _FusedMatMul: MATRICES,
};

/** Below this number of multiplications for each element that is read or written, casts cost a processor more than they save. */
const WORTHWHILE_MULTIPLICATIONS = 56;
/** AVX-512 BF16 takes longer than float32 for the gradient of a kernel over images of so few pixels, whatever its channels. */
const FEW_PIXELS = 8 * 8;

const TO_BF16: GraphAttributes = { SrcT: { type: 'float' }, DstT: { type: 'bfloat16' } };
const TO_FLOAT32: GraphAttributes = { SrcT: { type: 'bfloat16' }, DstT: { type: 'float' } };

/** A body whose products are computed in bf16, and what it has in bf16, by the name of the same in float32. */
export interface RoundedBody {
  readonly body: GraphBody;
  readonly rounded: ReadonlyMap<string, GraphTensor>;
}

interface RoundingOptions {
  readonly usesGpu: boolean;
  /** A body whose tensors this one reads: what it has in bf16 is not rounded again. */
  readonly earlier?: RoundedBody;
}

/**
 * Makes the products and convolutions of a complete body read bf16 and give bf16, with casts from and to float32 around them; between
 * them, all stays as it is. So a graph in float32 knows nothing of this. On a processor, products that are not worth their casts stay in
 * float32 (`test/bench/product-precision.ts`).
 */
export function withProductsInBf16(body: GraphBody, { usesGpu, earlier }: RoundingOptions): RoundedBody {
  const rounded = new Map<string, GraphTensor>();
  for (const node of body.nodes) {
    if (node.operation in PRODUCTS && (usesGpu || isWorthwhile(node))) inBf16(node);
  }
  return { body, rounded };

  /** The node's name becomes that of the cast, so that all who read it read float32. */
  function inBf16({ name, operation, inputs, after, attributes, shapes }: GraphNode): void {
    const types: GraphAttributes = {
      T: { type: 'bfloat16' },
      ...('TArgs' in attributes ? { TArgs: { types: ['bfloat16'] } } : {}),
    };
    const [result] = body.add({
      name: `${name}_bf16`,
      ...{ operation, after, shapes, types: ['bfloat16'] },
      inputs: inputs.map((tensor) => (tensor.type === 'float' ? roundedOf(tensor) : tensor)),
      attributes: { ...attributes, ...types },
    });
    body.update({ name, operation: 'Cast', inputs: [result], after: [], attributes: TO_FLOAT32, shapes });
    rounded.set(keyOf({ node: name, output: 0 }), result);
  }

  function roundedOf(tensor: GraphTensor): GraphTensor {
    const known = rounded.get(keyOf(tensor)) ?? roundedEarlier(tensor);
    if (known !== undefined) return known;
    const request = { operation: 'Cast', inputs: [tensor], attributes: TO_BF16, shapes: [tensor.shape] };
    const [cast] = body.add({ ...request, types: ['bfloat16'] });
    rounded.set(keyOf(tensor), cast);
    return cast;
  }

  function roundedEarlier(tensor: GraphTensor): GraphTensor | undefined {
    const original = body.originalOf(tensor);
    if (earlier === undefined || original === undefined) return undefined;
    const there = original.body === earlier.body ? original : earlier.body.arguments.get(original);
    return there === undefined ? undefined : earlier.rounded.get(keyOf(there));
  }
}

function keyOf({ node, output }: Pick<GraphTensor, 'node' | 'output'>): string {
  return `${node}:${output}`;
}

function isWorthwhile({ operation, inputs, attributes, shapes: [result] }: GraphNode): boolean {
  const { factors, multiplications } = PRODUCTS[operation];
  const [first, second] = factors.map((place) => inputs[place].shape);
  if (operation === 'Conv2DBackpropFilter' && second[1] * second[2] <= FEW_PIXELS) return false;
  // The gradient of a 1x1 kernel or of a dense layer: the units would have to turn both factors.
  if ('transpose_a' in attributes && 'flag' in attributes.transpose_a && attributes.transpose_a.flag) return false;
  const elements = product(first) + product(second) + product(result);
  return multiplications({ first, second, result }) >= WORTHWHILE_MULTIPLICATIONS * elements;
}

/** Of a batch: [batch, height, width, channels]. */
function pixels([batch, height, width]: readonly number[]): number {
  return batch * height * width;
}
