import type { GraphBody, GraphNode, GraphTensor } from '../../src-main/tensorflow/graph-builder.ts';
import type { GraphFunction } from '../../src-main/tensorflow/graph-function.ts';
import type { Graph } from '../../src-main/tensorflow/saved-model.ts';
import type { GpuRegistry } from './gpu-registry.ts';
import { gpuKernelOf, tensorNames } from './gpu-registry.ts';

/** Values that one run of a graph copies between the host and a GPU, by what they are. */
export interface Copies {
  readonly in: readonly string[];
  readonly out: readonly string[];
}

type Memory = 'host' | 'device';

/** One run: what is fetched, and what is fed instead of being computed. */
export interface Run {
  readonly fetch: string;
  readonly fed?: readonly string[];
}

/**
 * The copies of one run, counted in the graph: those edges of all nodes that run whose ends are in different memories by the registry. What is
 * fed is in the host's memory, and so is what is fetched. A constant is copied once, when TensorFlow prepares a graph, and not in each run.
 */
export function copiesOf(graph: Graph, registry: GpuRegistry, { fetch, fed = [] }: Run): Copies {
  const counter = new CopyCounter(graph, registry, new Set(fed));
  return counter.count(fetch);
}

class CopyCounter {
  readonly #graph: Graph;
  readonly #registry: GpuRegistry;
  readonly #fed: ReadonlySet<string>;
  readonly #in: string[] = [];
  readonly #out: string[] = [];

  constructor(graph: Graph, registry: GpuRegistry, fed: ReadonlySet<string>) {
    this.#graph = graph;
    this.#registry = registry;
    this.#fed = fed;
  }

  count(fetch: string): Copies {
    const { main } = this.#graph;
    this.#body(main, this.#reached(main, fetch));
    if (this.#producedIn(main, { node: fetch, output: 0, type: 'float' }) === 'device') this.#out.push(fetch);
    return { in: this.#in, out: this.#out };
  }

  #reached(body: GraphBody, fetch: string): readonly GraphNode[] {
    const reached = new Map<string, GraphNode>();
    const open = [fetch];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (reached.has(name)) continue;
      const node = body.node(name);
      reached.set(name, node);
      if (!this.#fed.has(name)) open.push(...node.inputs.map((input) => input.node), ...node.after);
    }
    return [...reached.values()];
  }

  #body(body: GraphBody, nodes: readonly GraphNode[]): void {
    const copied = new Set<string>();
    for (const node of nodes) {
      if (this.#fed.has(node.name)) continue;
      const called = this.#called(node);
      if (called !== undefined) this.#function(called);
      const wanted = this.#memories(node, 'inputs');
      for (const [place, input] of node.inputs.entries()) this.#edge(body, { input, wanted: wanted[place] }, copied);
    }
  }

  #function({ body, outputs }: GraphFunction): void {
    this.#body(body, body.nodes);
    const copied = new Set<string>();
    for (const output of outputs) this.#edge(body, { input: output, wanted: memoryOfType(output) }, copied);
  }

  #edge(
    body: GraphBody,
    { input, wanted }: { readonly input: GraphTensor; readonly wanted: Memory },
    copied: Set<string>,
  ): void {
    const produced = this.#producedIn(body, input);
    const key = `${input.node}:${input.output}`;
    if (input.type === 'resource' || produced === wanted || copied.has(key)) return;
    copied.add(key);
    const name = body.originalOf(input)?.node ?? input.node;
    (wanted === 'device' ? this.#in : this.#out).push(name);
  }

  #producedIn(body: GraphBody, tensor: Pick<GraphTensor, 'node' | 'output' | 'type'>): Memory {
    if ([...body.arguments.values()].some(({ node }) => node === tensor.node)) return memoryOfType(tensor);
    if (this.#fed.has(tensor.node)) return 'host';
    const node = body.node(tensor.node);
    return node.operation === 'Placeholder' ? 'host' : this.#memories(node, 'outputs')[tensor.output];
  }

  #memories(node: GraphNode, side: 'inputs' | 'outputs'): readonly Memory[] {
    const called = this.#called(node);
    if (called !== undefined) return (side === 'inputs' ? node.inputs : called.outputs).map(memoryOfType);
    const kernel = gpuKernelOf(this.#registry, node);
    if (kernel === null) throw new Error(`${node.operation} has no kernel for a GPU.`);
    const names = tensorNames(node, this.#registry.operations[node.operation][side]);
    return names.map((name) => (kernel.host.includes(name) ? 'host' : 'device'));
  }

  #called({ attributes }: GraphNode): GraphFunction | undefined {
    const { f } = attributes;
    return f !== undefined && 'function' in f
      ? this.#graph.functions.find(({ name }) => name === f.function)
      : undefined;
  }
}

/** Where TensorFlow hands values to functions and back: integers of 32 bits in the host's memory. */
function memoryOfType({ type }: Pick<GraphTensor, 'type'>): Memory {
  return type === 'integer' || type === 'resource' ? 'host' : 'device';
}
