import type { GraphAttribute, GraphBody, GraphNode, GraphTensor } from '../../src-main/tensorflow/graph-builder.ts';
import type { Graph } from '../../src-main/tensorflow/saved-model.ts';

/** The inputs that are images, and the constant that has their shape, of operations that a processor has for channels-last images alone. */
const OPERATIONS: Readonly<Record<string, { readonly images: readonly number[]; readonly shape?: number }>> = {
  AvgPool: { images: [0] },
  AvgPoolGrad: { images: [1], shape: 0 },
  BiasAdd: { images: [0] },
  BiasAddGrad: { images: [0] },
  Conv2D: { images: [0] },
  Conv2DBackpropFilter: { images: [0, 2] },
  Conv2DBackpropInput: { images: [2], shape: 0 },
  DepthwiseConv2dNative: { images: [0] },
  DepthwiseConv2dNativeBackpropFilter: { images: [0, 2] },
  DepthwiseConv2dNativeBackpropInput: { images: [2], shape: 0 },
  FusedBatchNormGradV3: { images: [0, 1] },
  FusedBatchNormV3: { images: [0] },
  MaxPool: { images: [0] },
  MaxPoolGrad: { images: [0, 1, 2] },
};
const GIVES_NO_IMAGE = /BackpropFilter|BiasAddGrad/;
const TO_LAST = [0, 2, 3, 1];
const TO_FIRST = [0, 3, 1, 2];

/**
 * Lets a processor run a graph whose images have their channels first: each operation that is told so gets images that are turned before and after it, which is what such
 * an operation means.
 */
export function computeChannelsLast({ main, functions }: Graph): void {
  for (const body of [main, ...functions.map((of) => of.body)]) {
    const moved = body.nodes.flatMap((node) => ('data_format' in node.attributes ? [computeLast(body, node)] : []));
    const place = new Map(moved.map(({ node, computedBy }) => [node, computedBy]));
    const found = (tensor: GraphTensor): GraphTensor =>
      tensor.output === 0 ? tensor : { ...tensor, node: place.get(tensor.node) ?? tensor.node };
    for (const node of body.nodes) body.update({ ...node, inputs: node.inputs.map(found) });
    for (const of of functions) {
      if (of.body !== body) continue;
      for (const [key, tensor] of of.results) of.replaceResult(key, found(tensor));
    }
  }
}

/** The node itself becomes the image that is turned back; another one computes. */
function computeLast(body: GraphBody, node: GraphNode): { readonly node: string; readonly computedBy: string } {
  const { images, shape } = OPERATIONS[node.operation];
  const inputs = node.inputs.map((input, place) => {
    if (place === shape) return reordered(body, input);
    return images.includes(place) ? transposed(body, input, TO_LAST) : input;
  });
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([name, attribute]) => [name, channelsLast(name, attribute)]),
  );
  if (GIVES_NO_IMAGE.test(node.operation)) {
    body.update({ ...node, inputs, attributes });
    return { node: node.name, computedBy: node.name };
  }
  const computedBy = `${node.name}/channels_last`;
  const [output] = body.add({
    ...{ name: computedBy, operation: node.operation, inputs, attributes },
    after: node.after,
    shapes: [[]],
  });
  const turned = body.node(transposed(body, output, TO_FIRST).node);
  body.update({ ...turned, name: node.name });
  return { node: node.name, computedBy };
}

function transposed(body: GraphBody, tensor: GraphTensor, order: readonly number[]): GraphTensor {
  const inputs = [tensor, body.constant('integer', order, [4])];
  const attributes = { T: { type: 'float' }, Tperm: { type: 'integer' } } as const;
  return body.add({ operation: 'Transpose', inputs, attributes, shapes: [tensor.shape] })[0];
}

function reordered(body: GraphBody, constant: GraphTensor): GraphTensor {
  const { value } = body.node(constant.node).attributes;
  if (value === undefined || !('values' in value)) throw new Error(`${constant.node} is no constant.`);
  return body.constant('integer', inOrder([...value.values]), [4]);
}

function channelsLast(name: string, attribute: GraphAttribute): GraphAttribute {
  if (name === 'data_format') return { text: 'NHWC' };
  return 'integers' in attribute ? { integers: inOrder(attribute.integers) } : attribute;
}

function inOrder(values: readonly number[]): readonly number[] {
  const each = values.length / 4;
  return TO_LAST.flatMap((axis) => values.slice(axis * each, (axis + 1) * each));
}
