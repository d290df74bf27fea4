/**
 * What does bf16 save of a single product? Convolutions, their gradients and products of matrices in the shapes of WRN-16-2, ResNet-18
 * and DenseNet-BC 40-12, in float32, in bf16 with casts from and to float32, and in bf16 alone, interleaved; shortest of so many rounds.
 *
 *   node test/bench/product-precision.ts [--batch 64] [--rounds 10]
 */
import { parseArgs } from 'node:util';
import type { ElementType, GraphAttributes, GraphTensor } from '../../src-main/tensorflow/graph-builder.ts';
import { GraphBuilder } from '../../src-main/tensorflow/graph-builder.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { SAVED_MODEL_TAG, withSavedModel } from '../../src-main/tensorflow/saved-model.ts';

const { values: options } = parseArgs({
  options: { batch: { type: 'string', default: '64' }, rounds: { type: 'string', default: '10' } },
});
const batch = Number(options.batch);
const rounds = Number(options.rounds);
const WARM_UP_ROUNDS = 2;

/** Of 3x3 convolutions: stride, side of the image, channels read and given. */
const CONVOLUTIONS = [
  [1, 32, 3, 16],
  [1, 32, 16, 32],
  [1, 32, 32, 32],
  [2, 32, 32, 64],
  [1, 16, 64, 64],
  [2, 16, 64, 128],
  [1, 8, 128, 128],
  [1, 32, 64, 64],
  [1, 16, 128, 128],
  [1, 8, 256, 256],
  [1, 4, 512, 512],
  [1, 32, 48, 12],
  [1, 16, 48, 12],
  [1, 8, 48, 12],
] as const;
/** Of 1x1 convolutions: side of the image, channels read and given. */
const POINTWISE = [
  [32, 96, 48],
  [16, 200, 48],
  [8, 300, 48],
] as const;

interface Product {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly result: readonly number[];
  readonly operation: string;
  readonly attributes: GraphAttributes;
  /** The inputs of the operation, from its two factors. */
  readonly inputs: (factors: readonly GraphTensor[]) => readonly GraphTensor[];
}

process.env.TF_NUM_INTEROP_THREADS ??= '1';
const { binding, device } = loadTensorFlow('cpu');
const builder = new GraphBuilder();
const products = [...CONVOLUTIONS.flatMap(ofConvolution), ...POINTWISE.flatMap(ofPixels)];
const nodes = products.map(nodesOf);
const session = withSavedModel({ main: builder.main, functions: [] }, (folder) =>
  binding.loadSavedModel(folder, SAVED_MODEL_TAG),
);
console.log(
  `TensorFlow ${device.tensorflowVersion} on ${device.device}, ${device.threads} threads, batch ${batch}: shortest of ${rounds}, ms`,
);
console.log(
  ['product'.padEnd(40), ...['float32', 'with casts', 'bf16 alone'].map((text) => text.padStart(11))].join(''),
);
for (const [place, product] of products.entries()) report(product, place);

function ofConvolution([stride, side, read, given]: (typeof CONVOLUTIONS)[number]): Product[] {
  const [output, padded] = [side / stride, side + 2];
  const [image, whole] = [
    [batch, side, side, read],
    [batch, padded, padded, read],
  ];
  const [kernel, gradient] = [
    [3, 3, read, given],
    [batch, output, output, given],
  ];
  const slid = { strides: { integers: [1, stride, stride, 1] } };
  const explicit = { padding: { text: 'EXPLICIT' }, explicit_paddings: { integers: [0, 0, 1, 1, 1, 1, 0, 0] } };
  const forward = { ...slid, ...(stride === 1 ? { padding: { text: 'SAME' } } : explicit) };
  const backward = { ...slid, padding: { text: 'VALID' } };
  const name = `3x3/${stride} ${read} to ${given} at ${side}x${side}`;
  return [
    { name, shapes: [image, kernel], result: gradient, operation: 'Conv2D', attributes: forward, inputs: (of) => of },
    {
      ...{ name: `${name}, input gradient`, shapes: [kernel, gradient], result: whole },
      ...{ operation: 'Conv2DBackpropInput', attributes: backward },
      inputs: (of) => [builder.integers(whole), ...of],
    },
    {
      ...{ name: `${name}, kernel gradient`, shapes: [whole, gradient], result: kernel },
      ...{ operation: 'Conv2DBackpropFilter', attributes: backward },
      inputs: ([first, second]) => [first, builder.integers(kernel), second],
    },
  ];
}

function ofPixels([side, read, given]: (typeof POINTWISE)[number]): Product[] {
  const pixels = batch * side * side;
  const [image, kernel, gradient] = [
    [pixels, read],
    [read, given],
    [pixels, given],
  ];
  const turned = (left: boolean, right: boolean) => ({ transpose_a: { flag: left }, transpose_b: { flag: right } });
  const name = `1x1 ${read} to ${given} at ${side}x${side}`;
  const common = { operation: 'MatMul', inputs: (of: readonly GraphTensor[]) => of };
  return [
    { ...common, name, shapes: [image, kernel], result: gradient, attributes: turned(false, false) },
    {
      ...{ ...common, name: `${name}, input gradient`, shapes: [gradient, kernel], result: image },
      attributes: turned(false, true),
    },
    {
      ...{ ...common, name: `${name}, kernel gradient`, shapes: [image, gradient], result: kernel },
      attributes: turned(true, false),
    },
  ];
}

function cast(tensor: GraphTensor, to: ElementType): GraphTensor {
  const attributes: GraphAttributes = { SrcT: { type: tensor.type }, DstT: { type: to } };
  return builder.one({ operation: 'Cast', inputs: [tensor], attributes, shape: tensor.shape, types: [to] });
}

/** Names of what is fed, of the factors in bf16, and of the results. */
function nodesOf({ shapes, result: shape, operation, attributes, inputs }: Product, place: number) {
  const run = (factors: readonly GraphTensor[], type: ElementType) =>
    builder.one({
      ...{ operation, shape, types: [type] },
      inputs: inputs(factors),
      attributes: { ...attributes, T: { type } },
    });
  const given = shapes.map((of, index) => builder.placeholder(`given_${place}_${index}`, of));
  const short = shapes.map((of, index) => builder.placeholder(`short_${place}_${index}`, of, 'bfloat16'));
  return {
    given: namesOf(given),
    short: namesOf(short),
    rounded: namesOf(given.map((tensor) => cast(tensor, 'bfloat16'))),
    float32: namesOf([run(given, 'float')]),
    withCasts: namesOf([
      cast(
        run(
          given.map((of) => cast(of, 'bfloat16')),
          'bfloat16',
        ),
        'float',
      ),
    ]),
    alone: namesOf([run(short, 'bfloat16')]),
  };
}

function namesOf(tensors: readonly GraphTensor[]): string {
  return tensors.map(({ node }) => `${node}:0`).join();
}

function report({ name, shapes }: Product, place: number): void {
  const { given, short, rounded, float32, withCasts, alone } = nodes[place];
  const values = shapes.map((shape) => {
    const array = Float32Array.from({ length: shape.reduce((all, one) => all * one, 1) }, (_, at) => Math.sin(at));
    return binding.createTensor(shape, binding.TF_FLOAT, array);
  });
  const inBf16 = binding.runSavedModel(session, values, given, rounded).map(({ id }) => id);
  const ways = [
    { inputs: values, feeds: given, fetch: float32 },
    { inputs: values, feeds: given, fetch: withCasts },
    { inputs: inBf16, feeds: short, fetch: alone },
  ];
  const shortest = ways.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds + WARM_UP_ROUNDS; round++) {
    ways.forEach(({ inputs, feeds, fetch }, way) => {
      const start = performance.now();
      const [result] = binding.runSavedModel(session, inputs, feeds, fetch);
      if (round >= WARM_UP_ROUNDS) shortest[way] = Math.min(shortest[way], performance.now() - start);
      binding.deleteTensor(result.id);
    });
  }
  for (const id of [...values, ...inBf16]) binding.deleteTensor(id);
  const columns = shortest.map((ms, way) =>
    way === 0 ? ms.toFixed(2) : `${ms.toFixed(2)} ${(ms / shortest[0]).toFixed(2)}`,
  );
  console.log([name.padEnd(40), ...columns.map((text) => text.padStart(11))].join(''));
}
