import { AppError } from '#core/errors.ts';

/** The type of the elements of a graph's tensors. */
export type ElementType = 'bfloat16' | 'float' | 'double' | 'integer' | 'byte' | 'boolean' | 'resource';

/** One output of a node. Its shape is known when the graph is built: a batch has a fixed size. */
export interface GraphTensor {
  /** The body that contains the node; null for a symbol, which stands for a value of the caller of a function. */
  readonly body: GraphBody | null;
  readonly node: string;
  /** The number of the output of the node. */
  readonly output: number;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

export type GraphAttribute =
  | { readonly type: ElementType }
  | { readonly types: readonly ElementType[] }
  /** Null: any shape. */
  | { readonly shape: readonly number[] | null }
  | { readonly integer: number }
  | { readonly integers: readonly number[] }
  | { readonly float: number }
  | { readonly flag: boolean }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly bytes: Uint8Array }
  | { readonly function: string }
  | { readonly values: Float32Array | Int32Array; readonly shape: readonly number[] };

export type GraphAttributes = Readonly<Record<string, GraphAttribute>>;

export interface GraphNode {
  readonly name: string;
  readonly operation: string;
  readonly inputs: readonly GraphTensor[];
  /** Nodes that have to run before. */
  readonly after: readonly string[];
  readonly attributes: GraphAttributes;
  /** Shapes of the outputs. */
  readonly shapes: readonly (readonly number[])[];
}

export interface NodeRequest {
  readonly operation: string;
  readonly inputs: readonly GraphTensor[];
  readonly attributes?: GraphAttributes;
  /** Shapes of the outputs, which are floats unless `types` says otherwise. */
  readonly shapes: readonly (readonly number[])[];
  readonly types?: readonly ElementType[];
  /** Nodes that have to run before. */
  readonly after?: readonly string[];
  /** Replaces the name that is otherwise made from the operation. */
  readonly name?: string;
}

export type BinaryOperation = 'AddV2' | 'Minimum' | 'Mul' | 'RealDiv' | 'SquaredDifference' | 'Sub';

/** The attribute of an operation that only has floats. */
export const FLOATS: GraphAttributes = { T: { type: 'float' } };

/**
 * Operations that are repeated in another body that reads them: passing them as arguments would only keep memory in
 * use.
 */
const REPEATED_OPERATIONS = new Set(['Const', 'ReadVariableOp']);

/** The nodes of the graph itself, or of one of its functions. */
export class GraphBody {
  readonly name: string;
  /**
   * The arguments of the function: tensors of other bodies, and symbols, that are read here, with what stands for them
   * here.
   */
  readonly arguments = new Map<GraphTensor, GraphTensor>();
  /** What an argument stands for, by the argument's name. */
  readonly #originals = new Map<string, GraphTensor>();
  readonly #nodes = new Map<string, GraphNode>();
  readonly #constants = new Map<string, GraphTensor>();
  readonly #repeated = new Map<GraphTensor, GraphTensor>();
  /** Names of the nodes that read a node's outputs. */
  readonly #readers = new Map<string, string[]>();
  readonly #retired = new Set<GraphTensor>();
  /** The nodes that were added, those that are removed included: each has a number of its own. */
  #added = 0;

  constructor(name: string) {
    this.name = name;
  }

  get nodes(): readonly GraphNode[] {
    return [...this.#nodes.values()];
  }

  node(name: string): GraphNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new AppError('internal', `${this.name} has no node ${name}.`);
    return node;
  }

  add(request: NodeRequest): readonly GraphTensor[] {
    const { operation, attributes = {}, shapes, types = [], after = [] } = request;
    const inputs = request.inputs.map((tensor) => this.local(tensor));
    // A name may not begin with the underscore of operations that TensorFlow calls internal.
    const name = request.name ?? `${operation.replace(/^_/, '')}_${this.#added++}`;
    if (this.#nodes.has(name)) throw new AppError('internal', `${this.name} has two nodes ${name}.`);
    for (const { node } of inputs) this.#readersOf(node).push(name);
    this.#nodes.set(name, { name, operation, inputs, after, attributes, shapes });
    return shapes.map((shape, output) => ({ body: this, node: name, output, shape, type: types[output] ?? 'float' }));
  }

  /** The tensor that stands for another one in this body: itself, a repeated node's, or an argument. */
  local(tensor: GraphTensor): GraphTensor {
    tensor.body?.checkLive(tensor);
    if (tensor.body === this) return tensor;
    const known = this.#repeated.get(tensor) ?? this.arguments.get(tensor);
    if (known !== undefined) return known;
    const original = tensor.body?.originalOf(tensor);
    if (original !== undefined) return this.local(original);
    const source = tensor.body?.node(tensor.node);
    if (source !== undefined && REPEATED_OPERATIONS.has(source.operation)) return this.#repeat(tensor, source);
    const argument = { ...tensor, body: this, node: `argument_${this.arguments.size}`, output: 0 };
    this.arguments.set(tensor, argument);
    this.#originals.set(argument.node, tensor);
    return argument;
  }

  /** The tensor or symbol that an argument of this body stands for; undefined for any other tensor. */
  originalOf({ node }: GraphTensor): GraphTensor | undefined {
    return this.#originals.get(node);
  }

  /** Throws where the tensor is retired. */
  checkLive(tensor: GraphTensor): void {
    if (this.#retired.has(tensor)) throw new AppError('internal', `${tensor.node} gives something else now.`);
  }

  /** A constant; equal ones are made once. */
  constant(type: 'float' | 'integer', values: readonly number[], shape: readonly number[]): GraphTensor {
    const key = `${type} ${shape.join()} ${values.join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const array = type === 'float' ? Float32Array.from(values) : Int32Array.from(values);
    const attributes: GraphAttributes = { dtype: { type }, value: { values: array, shape } };
    const [constant] = this.add({ operation: 'Const', inputs: [], attributes, shapes: [shape], types: [type] });
    this.#constants.set(key, constant);
    return constant;
  }

  /** Names of the nodes that read a tensor, so far. */
  readersOf(tensor: GraphTensor): readonly string[] {
    return this.#readersOf(this.local(tensor).node);
  }

  /** Replaces the node of the same name. */
  update(node: GraphNode): void {
    this.#nodes.set(node.name, node);
  }

  /** Removes a node that nothing reads. */
  remove(name: string): void {
    const { inputs } = this.node(name);
    this.#nodes.delete(name);
    for (const { node } of inputs)
      this.#readers.set(
        node,
        this.#readersOf(node).filter((reader) => reader !== name),
      );
  }

  /** Retires a tensor whose node now computes something else, and returns the tensor that the node gives from now on. */
  retire(tensor: GraphTensor): GraphTensor {
    this.#retired.add(tensor);
    return { ...tensor };
  }

  #repeat(tensor: GraphTensor, { operation, inputs, attributes }: GraphNode): GraphTensor {
    const { shape, type } = tensor;
    const [repeated] = this.add({ operation, inputs, attributes, shapes: [shape], types: [type] });
    this.#repeated.set(tensor, repeated);
    return repeated;
  }

  #readersOf(node: string): string[] {
    const known = this.#readers.get(node);
    if (known !== undefined) return known;
    const readers: string[] = [];
    this.#readers.set(node, readers);
    return readers;
  }
}

/** Adds nodes to one body after the other. */
export class GraphBuilder {
  readonly main = new GraphBody('main');
  #body = this.main;
  #symbols = 0;

  /** The body to which nodes are added. */
  get body(): GraphBody {
    return this.#body;
  }

  /** Runs `build`, whose nodes go into a new function. */
  inside<R>(name: string, build: (body: GraphBody) => R): R {
    const body = new GraphBody(name);
    return this.within(body, () => build(body));
  }

  /** Runs `build`, whose nodes go into this body. */
  within<R>(body: GraphBody, build: () => R): R {
    const outer = this.#body;
    this.#body = body;
    try {
      return build();
    } finally {
      this.#body = outer;
    }
  }

  /** A symbol for a value with which a function is called. */
  symbol(shape: readonly number[]): GraphTensor {
    return { body: null, node: `symbol_${this.#symbols++}`, output: 0, shape, type: 'float' };
  }

  add(request: NodeRequest): readonly GraphTensor[] {
    return this.#body.add(request);
  }

  one(request: Omit<NodeRequest, 'shapes'> & { readonly shape: readonly number[] }): GraphTensor {
    return this.add({ ...request, shapes: [request.shape] })[0];
  }

  /**
   * A value that is fed in every run that reaches it. It is always a node of the graph itself, wherever other nodes are
   * added. A shape of null is any shape.
   */
  placeholder(name: string, shape: readonly number[] | null, type: ElementType = 'float'): GraphTensor {
    const attributes: GraphAttributes = { dtype: { type }, shape: { shape } };
    const request = { operation: 'Placeholder', inputs: [], attributes, shapes: [shape ?? []], types: [type], name };
    return this.main.add(request)[0];
  }

  /**
   * An operation on floats, element by element; the second may be a scalar, or a vector along the last axis of the
   * first.
   */
  binary(operation: BinaryOperation, first: GraphTensor, second: GraphTensor): GraphTensor {
    return this.one({ operation, inputs: [first, second], attributes: FLOATS, shape: first.shape });
  }

  floats(values: readonly number[], shape: readonly number[] = [values.length]): GraphTensor {
    return this.#body.constant('float', values, shape);
  }

  integers(values: readonly number[], shape: readonly number[] = [values.length]): GraphTensor {
    return this.#body.constant('integer', values, shape);
  }

  float(value: number): GraphTensor {
    return this.floats([value], []);
  }

  integer(value: number): GraphTensor {
    return this.integers([value], []);
  }

  /** The same value under a name, once the nodes of `after` have run. */
  identity(tensor: GraphTensor, { name, after = [] }: Pick<NodeRequest, 'name' | 'after'>): GraphTensor {
    const { shape, type } = tensor;
    const request = { operation: 'Identity', inputs: [tensor], attributes: { T: { type } }, shape, types: [type] };
    return this.one({ ...request, after, ...(name === undefined ? {} : { name }) });
  }
}
