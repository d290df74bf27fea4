import type { VariableDescription } from '#core/network/variables.ts';
import { isTrained } from '#core/network/variables.ts';
import type { Optimizer } from '#core/optimizer/optimizer.ts';
import { optimizerKindOf, weightDecayOf } from '#core/optimizer/optimizer.ts';
import type { UpdatedVariable } from '#core/optimizer/optimizer-kind.ts';
import type { GraphAttributes, GraphBuilder, GraphTensor } from './graph-builder.ts';
import { GraphUpdate } from './update-rule.ts';

/** Names of the nodes that set and read a variable. */
export interface VariableNodes {
  readonly value: string;
  readonly given: string;
}

interface VariableUpdate extends Omit<UpdatedVariable<GraphTensor>, 'weightDecay'> {
  /** What clipping multiplies the gradient by; null where nothing clips. */
  readonly scale: GraphTensor | null;
}

/** The nodes of a network's variable. */
export function variableNodes(name: string): VariableNodes {
  return {
    value: `${name}/value`,
    given: `${name}/given`,
  };
}

/** The nodes of a slot that the optimizer keeps next to a network's variable. */
export function slotNodes(slot: string, name: string): VariableNodes {
  return variableNodes(`${slot}/${name}`);
}

/** The nodes of the sum of the gradients of a network's variable. */
export function gradientSumNodes(name: string): VariableNodes {
  return variableNodes(`gradient_sum/${name}`);
}

export interface GraphVariablesSettings {
  readonly optimizer: Optimizer;
  /** Whether a step adds each gradient to a sum next to the variable. */
  readonly sumsGradients: boolean;
}

/** A network's variables and the optimizer's slots in a graph, and how a step changes them. */
export class GraphVariables {
  readonly #builder: GraphBuilder;
  readonly #settings: GraphVariablesSettings;
  readonly #descriptions = new Map<string, VariableDescription>();
  readonly #handles = new Map<string, GraphTensor>();
  /** By variable, then by slot. */
  readonly #slots = new Map<string, ReadonlyMap<string, GraphTensor>>();
  /** The nodes that set a variable to what is given. */
  readonly #assignments: string[] = [];
  /** Empty where gradients are not summed. */
  readonly #gradientSums = new Map<string, GraphTensor>();

  constructor(builder: GraphBuilder, settings: GraphVariablesSettings) {
    this.#builder = builder;
    this.#settings = settings;
  }

  declare(description: VariableDescription): void {
    const { name, shape, kind } = description;
    this.#descriptions.set(name, description);
    this.#handles.set(name, this.#variable(variableNodes(name), shape));
    if (!isTrained(kind)) return;
    const { slots } = optimizerKindOf(this.#settings.optimizer);
    this.#slots.set(name, new Map(slots.map((slot) => [slot, this.#variable(slotNodes(slot, name), shape)])));
    if (this.#settings.sumsGradients) this.#gradientSums.set(name, this.#variable(gradientSumNodes(name), shape));
  }

  /** Adds the node that sets all that is declared to what is given, and with it what the nodes of `after` set. */
  assignAll(name: string, after: readonly string[]): void {
    // An integer to fetch: a run has to return something.
    this.#builder.identity(this.#builder.integer(1), { name, after: [...this.#assignments, ...after] });
  }

  /** The value before a step changes it. */
  read(name: string): GraphTensor {
    return readVariable(this.#builder, known(this.#handles, name), known(this.#descriptions, name).shape);
  }

  /** Returns the name of the node that assigns. */
  assign(name: string, value: GraphTensor): string {
    return assignedVariable(this.#builder, { handle: known(this.#handles, name), value, name: `${name}/assignment` });
  }

  /** Returns the names of the nodes that change the variable, its slots and the sum of its gradients. */
  update(name: string, update: VariableUpdate): readonly string[] {
    const { optimizer } = this.#settings;
    const { weight, scale, numbers } = update;
    const [handle, slots] = [known(this.#handles, name), known(this.#slots, name)];
    const kernels = new GraphUpdate(this.#builder, { name, handle, slots, weight });
    const weightDecay = weightDecayOf(optimizer, known(this.#descriptions, name).kind);
    const gradient = scale === null ? update.gradient : this.#builder.binary('Mul', update.gradient, scale);
    optimizerKindOf(optimizer).update(optimizer, { weight, gradient, numbers, weightDecay }, kernels);
    return [...kernels.changes, ...this.#addToSum(name, update.gradient)];
  }

  #addToSum(name: string, gradient: GraphTensor): readonly string[] {
    const sum = this.#gradientSums.get(name);
    if (sum === undefined) return [];
    const addition = `${name}/gradient_addition`;
    const attributes: GraphAttributes = { dtype: { type: 'float' } };
    const operation = 'AssignAddVariableOp';
    this.#builder.add({ operation, inputs: [sum, gradient], attributes, shapes: [], name: addition });
    return [addition];
  }

  #variable(names: VariableNodes, shape: readonly number[]): GraphTensor {
    const handle = variableHandle(this.#builder, names.value);
    readVariable(this.#builder, handle, shape, names.value);
    const value = this.#builder.placeholder(names.given, shape);
    this.#assignments.push(assignedVariable(this.#builder, { handle, value, name: `${names.given}/assignment` }));
    return handle;
  }
}

/**
 * The handle of a variable of floats, a node of the graph itself. Its shape is not fixed, so that an empty value can replace one that is no
 * longer needed.
 */
export function variableHandle(builder: GraphBuilder, name: string): GraphTensor {
  const attributes: GraphAttributes = {
    dtype: { type: 'float' },
    shape: { shape: null },
    shared_name: { text: name },
  };
  const request = { operation: 'VarHandleOp', inputs: [], attributes, shape: [], types: ['resource'] } as const;
  return builder.within(builder.main, () => builder.one(request));
}

/** The variable's value when the node runs. */
export function readVariable(
  builder: GraphBuilder,
  handle: GraphTensor,
  shape: readonly number[],
  name?: string,
): GraphTensor {
  const attributes: GraphAttributes = { dtype: { type: 'float' } };
  const request = { operation: 'ReadVariableOp', inputs: [handle], attributes, shape };
  return builder.one(name === undefined ? request : { ...request, name });
}

/** Adds the assignment of a value; returns its node's name. */
export function assignedVariable(
  builder: GraphBuilder,
  { handle, value, name = `assignment/${handle.node}` }: Assignment,
): string {
  const attributes: GraphAttributes = { dtype: { type: value.type } };
  builder.add({ operation: 'AssignVariableOp', inputs: [handle, value], attributes, shapes: [], name });
  return name;
}

interface Assignment {
  readonly handle: GraphTensor;
  readonly value: GraphTensor;
  readonly name?: string;
}

function known<T>(values: ReadonlyMap<string, T>, name: string): T {
  const value = values.get(name);
  if (value === undefined) throw new Error(`The graph has no variable ${name}.`);
  return value;
}
