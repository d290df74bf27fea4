import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementType, GraphAttribute, GraphBody, GraphNode, GraphTensor } from './graph-builder.ts';
import type { GraphFunction } from './graph-function.ts';
import type {
  ArgDef,
  AttrDef,
  AttrValue,
  FunctionDef,
  GraphDef,
  ListValue,
  NameAttrList,
  NodeDef,
  Protobuf,
  Tensor,
  TensorShape,
} from './protobuf.ts';
import { loadProtobuf } from './protobuf.ts';

/** TensorFlow's numbers of its types (types.proto). */
const TYPE_NUMBERS: Readonly<Record<ElementType, number>> = {
  float: 1,
  double: 2,
  integer: 3,
  byte: 4,
  boolean: 10,
  bfloat16: 14,
  resource: 20,
};
/** The graph version of TensorFlow 2.4 and later: operations then have no older behaviour. */
const PRODUCER_VERSION = 561;
const SCHEMA_VERSION = 1;

export const SAVED_MODEL_TAG = 'freezeout';

/**
 * An attribute that keeps the optimizer of the calling graph from inferring shapes inside a function, its slowest part.
 */
const OPAQUE = 'opaque';

/**
 * These flags keep a function separate from its callers. It is not copied into them; their optimizer leaves it alone (the mark of tf.data's
 * functions), and makes no special one without the outputs that a caller does not read. The function's own optimizer, which drops
 * what no output needs, would take with these the updates of a layer and the last loss, whose nodes an output waits for.
 */
const FUNCTION_FLAGS = ['_noinline', '_tf_data_function', '_nospecialize'] as const;

/**
 * The names of operations' outputs, by which nodes inside a function are read. Other operations have one output,
 * `output`.
 */
const OUTPUT_NAMES: Readonly<Record<string, readonly string[]>> = {
  AddV2: ['z'],
  Cast: ['y'],
  ExtractImagePatches: ['patches'],
  Floor: ['y'],
  FusedBatchNormGradV3: ['x_backprop', 'scale_backprop', 'offset_backprop'],
  FusedBatchNormV3: ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2', 'reserve_space_3'],
  IsFinite: ['y'],
  MatMul: ['product'],
  Minimum: ['z'],
  Mul: ['z'],
  ReadVariableOp: ['value'],
  RealDiv: ['z'],
  Relu: ['activations'],
  Relu6: ['activations'],
  Relu6Grad: ['backprops'],
  ReluGrad: ['backprops'],
  Rsqrt: ['y'],
  Sqrt: ['y'],
  SoftmaxCrossEntropyWithLogits: ['loss', 'backprop'],
  SparseSoftmaxCrossEntropyWithLogits: ['loss', 'backprop'],
  SquaredDifference: ['z'],
  Sub: ['z'],
  Transpose: ['y'],
  VarHandleOp: ['resource'],
  _FusedBatchNormEx: ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2', 'reserve_space_3'],
  _FusedMatMul: ['product'],
  _MklNativeMaxPool: ['output', 'workspace'],
};
/** Operations whose outputs form one list. */
const LIST_OPERATIONS = new Set(['Unpack']);

export interface Graph {
  readonly main: GraphBody;
  readonly functions: readonly GraphFunction[];
}

/** Writes a graph into a folder as TensorFlow's session reads it, passes the folder to `load`, and removes it. */
export function withSavedModel<R>(graph: Graph, load: (folder: string) => R): R {
  const folder = mkdtempSync(join(tmpdir(), 'freezeout-graph-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), new GraphWriter(loadProtobuf()).savedModel(graph));
    return load(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Names a tensor as a node of a body refers to it. */
type Reference = (tensor: GraphTensor) => string;

class GraphWriter {
  readonly #protobuf: Protobuf;

  constructor(protobuf: Protobuf) {
    this.#protobuf = protobuf;
  }

  /** One meta graph without signatures: nodes are fed and fetched by their names. */
  savedModel(graph: Graph): Uint8Array {
    const { SavedModel, MetaGraphDef } = this.#protobuf;
    const info = new MetaGraphDef.MetaInfoDef();
    info.addTags(SAVED_MODEL_TAG);
    const metaGraph = new MetaGraphDef();
    metaGraph.setMetaInfoDef(info);
    metaGraph.setGraphDef(this.#graph(graph));
    const model = new SavedModel();
    model.setSavedModelSchemaVersion(SCHEMA_VERSION);
    model.addMetaGraphs(metaGraph);
    return model.serializeBinary();
  }

  #graph({ main, functions }: Graph): GraphDef {
    const versions = new this.#protobuf.VersionDef();
    versions.setProducer(PRODUCER_VERSION);
    const library = new this.#protobuf.FunctionDefLibrary();
    for (const graphFunction of functions) library.addFunction(this.#function(graphFunction));
    const graph = new this.#protobuf.GraphDef();
    graph.setVersions(versions);
    graph.setLibrary(library);
    for (const node of main.nodes) graph.addNode(this.#node(node, inMain));
    return graph;
  }

  #function({ name, body, outputs }: GraphFunction): FunctionDef {
    const reference = inFunction(body);
    const signature = new this.#protobuf.OpDef();
    signature.setName(name);
    signature.setIsStateful(true);
    signature.addAttr(this.#opaque());
    for (const { node, type } of body.arguments.values()) signature.addInputArg(this.#argument(node, type));
    const definition = new this.#protobuf.FunctionDef();
    definition.setSignature(signature);
    for (const node of body.nodes) definition.addNodeDef(this.#node(node, reference));
    for (const [index, output] of outputs.entries()) {
      signature.addOutputArg(this.#argument(`result_${index}`, output.type));
      definition.getRetMap().set(`result_${index}`, reference(output));
    }
    for (const flag of FUNCTION_FLAGS) definition.getAttrMap().set(flag, this.#attribute({ flag: true }));
    return definition;
  }

  #opaque(): AttrDef {
    const attribute = new this.#protobuf.OpDef.AttrDef();
    attribute.setName(OPAQUE);
    attribute.setType('int');
    return attribute;
  }

  #argument(name: string, type: ElementType): ArgDef {
    const argument = new this.#protobuf.OpDef.ArgDef();
    argument.setName(name);
    argument.setType(TYPE_NUMBERS[type]);
    return argument;
  }

  #node({ name, operation, inputs, after, attributes }: GraphNode, reference: Reference): NodeDef {
    const node = new this.#protobuf.NodeDef();
    node.setName(name);
    node.setOp(operation);
    node.setInputList([...inputs.map(reference), ...after.map((other) => `^${other}`)]);
    const map = node.getAttrMap();
    for (const [key, attribute] of Object.entries(attributes)) map.set(key, this.#attribute(attribute));
    return node;
  }

  #attribute(attribute: GraphAttribute): AttrValue {
    const value = new this.#protobuf.AttrValue();
    if ('type' in attribute) value.setType(TYPE_NUMBERS[attribute.type]);
    else if ('values' in attribute) value.setTensor(this.#tensor(attribute.values, attribute.shape));
    else if ('shape' in attribute) value.setShape(this.#shape(attribute.shape));
    else if ('integer' in attribute) value.setI(attribute.integer);
    else if ('float' in attribute) value.setF(attribute.float);
    else if ('flag' in attribute) value.setB(attribute.flag);
    else if ('text' in attribute) value.setS(utf8(attribute.text));
    else if ('bytes' in attribute) value.setS(attribute.bytes);
    else if ('function' in attribute) value.setFunc(this.#functionNamed(attribute.function));
    else value.setList(this.#list(attribute));
    return value;
  }

  #list(attribute: ListAttribute): ListValue {
    const list = new this.#protobuf.AttrValue.ListValue();
    if ('types' in attribute) list.setTypeList(attribute.types.map((type) => TYPE_NUMBERS[type]));
    else if ('texts' in attribute) list.setSList(attribute.texts.map(utf8));
    else list.setIList(attribute.integers);
    return list;
  }

  #functionNamed(name: string): NameAttrList {
    const reference = new this.#protobuf.NameAttrList();
    reference.setName(name);
    reference.getAttrMap().set(OPAQUE, this.#attribute({ integer: 1 }));
    return reference;
  }

  #tensor(values: Float32Array | Int32Array, shape: readonly number[]): Tensor {
    const tensor = new this.#protobuf.Tensor();
    tensor.setDtype(TYPE_NUMBERS[values instanceof Float32Array ? 'float' : 'integer']);
    tensor.setTensorShape(this.#shape(shape));
    tensor.setTensorContent(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return tensor;
  }

  #shape(sides: readonly number[] | null): TensorShape {
    const shape = new this.#protobuf.TensorShape();
    if (sides === null) shape.setUnknownRank(true);
    for (const side of sides ?? []) {
      const dimension = new this.#protobuf.TensorShape.Dim();
      dimension.setSize(side);
      shape.addDim(dimension);
    }
    return shape;
  }
}

type ListAttribute = Extract<GraphAttribute, { types: unknown } | { texts: unknown } | { integers: unknown }>;

const inMain: Reference = ({ node, output }) => (output === 0 ? node : `${node}:${output}`);

/** Refers to an argument by its name, and to any other tensor as `node:name of the output:index in the output`. */
function inFunction(body: GraphBody): Reference {
  const names = new Set([...body.arguments.values()].map(({ node }) => node));
  return ({ node, output }) => {
    if (names.has(node)) return node;
    const { operation } = body.node(node);
    if (LIST_OPERATIONS.has(operation)) return `${node}:output:${output}`;
    return `${node}:${(OUTPUT_NAMES[operation] ?? ['output'])[output]}:0`;
  };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
