import type { GraphBody, GraphBuilder, GraphTensor } from './graph-builder.ts';

/**
 * `ConfigProto{graph_options{rewrite_options{disable_meta_optimizer: true}}}`. On a processor TensorFlow's graph optimizer takes longer for
 * the nodes of a layer than a step takes, and finds nothing to do: whatever it would fuse is already fused.
 */
const WITHOUT_OPTIMIZER = Uint8Array.of(0x52, 0x05, 0x52, 0x03, 0x98, 0x01, 0x01);
/** A `ConfigProto` that says nothing. */
const WITH_OPTIMIZER = Uint8Array.of();

/** A function of a graph: written once, and called wherever its arguments are known. */
export class GraphFunction {
  readonly body: GraphBody;
  /** The tensors that symbols stand for after the call. */
  readonly #results = new Map<GraphTensor, GraphTensor>();
  /** What callers get, by the tensor or symbol that they use for it. */
  readonly #exports = new Map<GraphTensor, GraphTensor>();

  constructor(body: GraphBody, results: ReadonlyMap<GraphTensor, GraphTensor>) {
    this.body = body;
    for (const [symbol, tensor] of results) this.#results.set(symbol, tensor);
  }

  get name(): string {
    return this.body.name;
  }

  /** The function's own tensors, in the order in which a call returns them. */
  get outputs(): readonly GraphTensor[] {
    return [...this.#exports.values()];
  }

  /** The same, by the tensor or symbol for which callers use each. */
  get results(): ReadonlyMap<GraphTensor, GraphTensor> {
    return this.#exports;
  }

  /** Makes calls return another tensor of the function in a result's place. */
  replaceResult(key: GraphTensor, tensor: GraphTensor): void {
    this.#exports.set(key, tensor);
  }

  /**
   * Makes calls return a tensor of the function, or the tensor that a symbol stands for; does nothing where it has
   * neither.
   */
  export(key: GraphTensor): void {
    const tensor = key.body === this.body ? key : this.#results.get(key);
    if (tensor !== undefined) this.#exports.set(key, this.body.local(tensor));
  }

  /** Adds a call. `values` maps arguments to tensors at the place of the call, and receives what the call returns; nodes of `after` run before. */
  call(
    builder: GraphBuilder,
    values: Map<GraphTensor, GraphTensor>,
    name: string,
    after: readonly string[] = [],
  ): readonly GraphTensor[] {
    const inputs = [...this.body.arguments.keys()].map((argument) => values.get(argument) ?? argument);
    const outputs = this.outputs;
    const types = outputs.map(({ type }) => type);
    const results = builder.add({
      operation: 'StatefulPartitionedCall',
      inputs,
      attributes: {
        Tin: { types: inputs.map(({ type }) => type) },
        Tout: { types },
        f: { function: this.name },
        config_proto: { bytes: WITHOUT_OPTIMIZER },
      },
      shapes: outputs.map(({ shape }) => shape),
      types,
      after,
      name,
    });
    for (const [index, key] of [...this.#exports.keys()].entries()) values.set(key, results[index]);
    return results;
  }
}

/** Makes every function return what other functions read of it. */
export function connect(functions: readonly GraphFunction[]): void {
  const taken = new Set(functions.flatMap(({ body }) => [...body.arguments.keys()]));
  for (const key of taken) for (const graphFunction of functions) graphFunction.export(key);
}

/** Lets TensorFlow's graph optimizer work on every function that a body calls. */
export function optimizeCalled(body: GraphBody): void {
  for (const node of body.nodes) {
    if (!('config_proto' in node.attributes)) continue;
    body.update({ ...node, attributes: { ...node.attributes, config_proto: { bytes: WITH_OPTIMIZER } } });
  }
}
