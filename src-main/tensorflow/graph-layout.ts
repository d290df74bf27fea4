import { AppError } from '#core/errors.ts';
import type { GraphAttribute, GraphAttributes, GraphBody, GraphNode, GraphTensor } from './graph-builder.ts';
import type { GraphFunction } from './graph-function.ts';
import type { Graph } from './saved-model.ts';

/** How an operation on images is told that their channels come first. */
interface ImageOperation {
  /** The inputs that are images; `most` are all but the last one. */
  readonly images: readonly number[] | 'most';
  /** Constant inputs with a number, or a row, for each axis. */
  readonly perAxis?: readonly number[];
  /** Constant inputs that name axes; -1 is the last input. */
  readonly axes?: readonly number[];
  /** Whether it has an attribute for the order of the axes. */
  readonly isTold: boolean;
  /** Whether its first output is an image. */
  readonly givesImage: boolean;
}

const TOLD = { isTold: true, givesImage: true } as const;
const UNTOLD = { isTold: false, givesImage: true } as const;

const IMAGE_OPERATIONS: Readonly<Record<string, ImageOperation>> = {
  AvgPool: { ...TOLD, images: [0] },
  AvgPoolGrad: { ...TOLD, images: [1], perAxis: [0] },
  BiasAdd: { ...TOLD, images: [0] },
  BiasAddGrad: { ...TOLD, images: [0], givesImage: false },
  BroadcastTo: { ...UNTOLD, images: [0], perAxis: [1] },
  ConcatV2: { ...UNTOLD, images: 'most', axes: [-1] },
  Conv2D: { ...TOLD, images: [0] },
  Conv2DBackpropFilter: { ...TOLD, images: [0, 2], givesImage: false },
  Conv2DBackpropInput: { ...TOLD, images: [2], perAxis: [0] },
  DepthwiseConv2dNative: { ...TOLD, images: [0] },
  DepthwiseConv2dNativeBackpropFilter: { ...TOLD, images: [0, 2], givesImage: false },
  DepthwiseConv2dNativeBackpropInput: { ...TOLD, images: [2], perAxis: [0] },
  FusedBatchNormGradV3: { ...TOLD, images: [0, 1] },
  FusedBatchNormV3: { ...TOLD, images: [0] },
  MaxPool: { ...TOLD, images: [0] },
  MaxPoolGrad: { ...TOLD, images: [0, 1, 2] },
  Mean: { ...UNTOLD, images: [0], axes: [1], givesImage: false },
  Pad: { ...UNTOLD, images: [0], perAxis: [1] },
  Slice: { ...UNTOLD, images: [0], perAxis: [1, 2] },
};

/** Operations that do the same to every element, wherever it lies, or hand a tensor on as it is. */
const ELEMENTWISE = new Set([
  'AddV2',
  'Cast',
  'Floor',
  'Identity',
  'Merge',
  'Minimum',
  'Mul',
  'RealDiv',
  'Relu',
  'Relu6',
  'Relu6Grad',
  'ReluGrad',
  'Sub',
  '_SwitchN',
]);

/** Attributes with a number for each axis, or with two. */
const PER_AXIS_ATTRIBUTES = ['strides', 'ksize', 'explicit_paddings'];
/** Where an axis of [batch, height, width, channels] lies in [batch, channels, height, width], and back. */
const CHANNELS_FIRST = [0, 3, 1, 2] as const;
const CHANNELS_LAST = [0, 2, 3, 1] as const;

/**
 * Turns a whole graph, in place, into one whose images have their channels first, [batch, channels, height, width]: on some cards, convolutions
 * of such images are faster. The images of a batch, kernels and vectors stay as they are; where an operation is not known to work on such images, they are
 * turned before it. `fed` are tensors of the graph itself which are fed with their channels first, as layers give them: the kept output of frozen ones. Tensors keep the shapes
 * with which they were built, channels last.
 */
export function putChannelsFirst({ main, functions }: Graph, fed: readonly GraphTensor[]): void {
  const layouts = new Map<GraphBody, BodyLayout>();
  const layoutOf = (body: GraphBody): BodyLayout => {
    const known = layouts.get(body) ?? new BodyLayout(body);
    if (!layouts.has(body)) {
      layouts.set(body, known);
      known.turn((tensor) => isImage(tensor), new Map());
    }
    return known;
  };
  const isImage = (tensor: GraphTensor): boolean =>
    tensor.body === null ? tensor.shape.length === 4 : layoutOf(tensor.body).isImage(tensor);
  for (const { body } of functions) layoutOf(body);
  for (const of of functions) {
    for (const [key, tensor] of of.results) {
      if (key.body === null && isImage(key)) of.replaceResult(key, layoutOf(of.body).asImage(tensor));
    }
  }
  const inMain = new BodyLayout(
    main,
    fed.filter(({ shape }) => shape.length === 4),
  );
  const called = new Map(functions.map((of) => [of.name, callOf(of, isImage)]));
  inMain.turn(() => false, called);
}

/** Which arguments and results of a function are images. */
interface Call {
  readonly arguments: readonly boolean[];
  readonly results: readonly boolean[];
}

function callOf({ body, results }: GraphFunction, isImage: (tensor: GraphTensor) => boolean): Call {
  return {
    arguments: [...body.arguments.keys()].map(isImage),
    results: [...results.keys()].map(isImage),
  };
}

class BodyLayout {
  readonly #body: GraphBody;
  readonly #images = new Set<string>();
  /** What was turned, by the tensor before. */
  readonly #turned = new Map<string, GraphTensor>();

  constructor(body: GraphBody, known: readonly GraphTensor[] = []) {
    this.#body = body;
    this.#mark(known);
  }

  isImage(tensor: GraphTensor): boolean {
    return this.#images.has(keyOf(tensor));
  }

  turn(isImage: (tensor: GraphTensor) => boolean, calls: ReadonlyMap<string, Call>): void {
    this.#mark([...this.#body.arguments].flatMap(([original, argument]) => (isImage(original) ? [argument] : [])));
    // Rounding a body to bf16 leaves it in another order than that in which its nodes read one another.
    const nodes = new Map(this.#body.nodes.map((node) => [node.name, node]));
    const turn = (node: GraphNode): void => {
      nodes.delete(node.name);
      for (const input of node.inputs) {
        const before = nodes.get(input.node);
        if (before !== undefined) turn(before);
      }
      this.#turnNode(node, calls);
    };
    for (const node of [...nodes.values()]) if (nodes.has(node.name)) turn(node);
  }

  #mark(images: readonly GraphTensor[]): void {
    for (const image of images) this.#images.add(keyOf(image));
  }

  /** Marks the outputs that have the axes of an image. */
  #markOutputs({ name, shapes }: GraphNode): void {
    for (const [output, shape] of shapes.entries()) if (shape.length === 4) this.#images.add(`${name}:${output}`);
  }

  /** The tensor with its channels first. */
  asImage(tensor: GraphTensor): GraphTensor {
    return this.isImage(tensor) ? tensor : this.#transposed(tensor, CHANNELS_FIRST);
  }

  #turnNode(node: GraphNode, calls: ReadonlyMap<string, Call>): void {
    const { f } = node.attributes;
    const call = f !== undefined && 'function' in f ? calls.get(f.function) : undefined;
    const rule = IMAGE_OPERATIONS[node.operation];
    if (call !== undefined) this.#turnCall(node, call);
    else if (rule !== undefined && this.#isOnImages(node, rule)) this.#turnImageOperation(node, rule);
    else if (ELEMENTWISE.has(node.operation) && node.inputs.some((input) => this.isImage(input)))
      this.#turnElementwise(node);
    else this.#turnBack(node);
  }

  #turnCall(node: GraphNode, call: Call): void {
    this.#replace(node, (input, place) => (call.arguments[place] ? this.asImage(input) : this.#asBuilt(input)));
    for (const [output, isImage] of call.results.entries()) if (isImage) this.#images.add(`${node.name}:${output}`);
  }

  /** A broadcast may begin with a vector that was written as an image of one pixel. */
  #isOnImages(node: GraphNode, { images }: ImageOperation): boolean {
    if (node.operation === 'BroadcastTo') return node.inputs[0].shape.length === 4;
    const places = images === 'most' ? node.inputs.keys() : images;
    return [...places].some((place) => this.isImage(node.inputs[place]));
  }

  #turnImageOperation(node: GraphNode, { images, perAxis = [], axes = [], isTold, givesImage }: ImageOperation): void {
    const last = node.inputs.length - 1;
    const named = axes.map((place) => (place < 0 ? last : place));
    const turned = (input: GraphTensor, place: number): GraphTensor => {
      if (perAxis.includes(place)) return this.#constant(input, (values) => inOrder(values, CHANNELS_FIRST));
      if (named.includes(place))
        return this.#constant(input, (values) => values.map((axis) => CHANNELS_FIRST.indexOf(axis as 0)));
      return images === 'most' || images.includes(place) ? this.asImage(input) : input;
    };
    this.#replace(node, turned, isTold ? channelsFirst(node.attributes) : node.attributes);
    if (givesImage) this.#images.add(`${node.name}:0`);
  }

  #turnElementwise(node: GraphNode): void {
    this.#replace(node, (input) => {
      const { length } = input.shape;
      if (length > 0 && length < 4)
        throw new AppError('internal', `${node.name} repeats a vector along the channels of an image.`);
      return length === 4 ? this.asImage(input) : input;
    });
    this.#markOutputs(node);
  }

  #turnBack(node: GraphNode): void {
    if (node.inputs.some((input) => this.isImage(input))) this.#replace(node, (input) => this.#asBuilt(input));
  }

  #asBuilt(tensor: GraphTensor): GraphTensor {
    return this.isImage(tensor) ? this.#transposed(tensor, CHANNELS_LAST) : tensor;
  }

  #replace(
    node: GraphNode,
    change: (input: GraphTensor, place: number) => GraphTensor,
    attributes = node.attributes,
  ): void {
    this.#body.update({ ...node, inputs: node.inputs.map(change), attributes });
  }

  #transposed(tensor: GraphTensor, order: readonly number[]): GraphTensor {
    const known = this.#turned.get(keyOf(tensor));
    if (known !== undefined) return known;
    const [turned] = this.#body.add({
      operation: 'Transpose',
      inputs: [tensor, this.#body.constant('integer', order, [4])],
      attributes: { T: { type: tensor.type }, Tperm: { type: 'integer' } },
      shapes: [tensor.shape],
      types: [tensor.type],
    });
    this.#turned.set(keyOf(tensor), turned);
    if (order === CHANNELS_FIRST) this.#images.add(keyOf(turned));
    return turned;
  }

  #constant(tensor: GraphTensor, change: (values: readonly number[]) => readonly number[]): GraphTensor {
    const { value } = this.#body.node(tensor.node).attributes;
    if (value === undefined || !('values' in value)) throw new AppError('internal', `${tensor.node} is no constant.`);
    return this.#body.constant('integer', change([...value.values]), value.shape);
  }
}

function keyOf({ node, output }: GraphTensor): string {
  return `${node}:${output}`;
}

function channelsFirst(attributes: GraphAttributes): GraphAttributes {
  const changed = PER_AXIS_ATTRIBUTES.flatMap((name): [string, GraphAttribute][] => {
    const attribute = attributes[name];
    if (attribute === undefined || !('integers' in attribute)) return [];
    return [[name, { integers: inOrder(attribute.integers, CHANNELS_FIRST) }]];
  });
  return { ...attributes, ...Object.fromEntries(changed), data_format: { text: 'NCHW' } };
}

/** As many numbers for each axis as there are, in another order of the axes. */
function inOrder(values: readonly number[], order: readonly number[]): readonly number[] {
  const each = values.length / order.length;
  return order.flatMap((axis) => values.slice(axis * each, (axis + 1) * each));
}
