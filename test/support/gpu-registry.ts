import { readFileSync } from 'node:fs';
import type { ElementType, GraphNode } from '../../src-main/tensorflow/graph-builder.ts';

/** A kernel of an operation, as TensorFlow has registered it for GPUs or for any device. */
export interface RegisteredKernel {
  readonly device: 'GPU' | 'DEFAULT';
  /** The types that each of these attributes may have. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** Names of inputs and outputs that are in the host's memory. */
  readonly host: readonly string[];
}

/** An input or output; `times` is the attribute that says how many tensors it stands for, if it is a list. */
export interface Argument {
  readonly name: string;
  readonly times?: string;
}

export interface RegisteredOperation {
  readonly inputs: readonly Argument[];
  readonly outputs: readonly Argument[];
  /** The types of attributes that a node may leave out. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly kernels: readonly RegisteredKernel[];
}

/** What the CUDA build of a version of TensorFlow has registered, of the operations that our graphs may contain. */
export interface GpuRegistry {
  readonly tensorflow: string;
  readonly operations: Readonly<Record<string, RegisteredOperation>>;
}

export const REGISTRY_FILE = new URL('../fixtures/gpu-kernels.json', import.meta.url);

/** As `test/bench/gpu-kernels.ts` has read it from the library. */
export function gpuRegistry(): GpuRegistry {
  return JSON.parse(readFileSync(REGISTRY_FILE, 'utf8'));
}

/** The kernel that TensorFlow would take for a node on a GPU: one for GPUs, else one for any device; null where there is none. */
export function gpuKernelOf(registry: GpuRegistry, node: GraphNode): RegisteredKernel | null {
  const operation = registry.operations[node.operation];
  if (operation === undefined) return null;
  const fitting = operation.kernels.filter(({ types }) =>
    Object.entries(types).every(([name, allowed]) =>
      typesOf(node, name, operation).every((type) => allowed.includes(type)),
    ),
  );
  return fitting.find(({ device }) => device === 'GPU') ?? fitting[0] ?? null;
}

function typesOf(
  { attributes }: GraphNode,
  name: string,
  { defaults }: RegisteredOperation,
): readonly (ElementType | string)[] {
  const attribute = attributes[name];
  if (attribute === undefined) return [defaults[name] ?? `no ${name}`];
  if ('type' in attribute) return [attribute.type];
  return 'types' in attribute ? attribute.types : [];
}

/** The names of the inputs or outputs of a node, one for each tensor. */
export function tensorNames(node: GraphNode, args: readonly Argument[]): readonly string[] {
  return args.flatMap(({ name, times }) => {
    if (times === undefined) return [name];
    const attribute = node.attributes[times];
    if (attribute === undefined) throw new Error(`${node.name} has no attribute ${times}.`);
    const count = 'integer' in attribute ? attribute.integer : 'types' in attribute ? attribute.types.length : 0;
    return new Array<string>(count).fill(name);
  });
}
