import type { VariableDescription } from '#core/network/variables.ts';
import { isTrained } from '#core/network/variables.ts';
import type { OptimizerSettings } from '#core/training/session.ts';
import type { GraphAttributes, GraphBuilder, GraphTensor } from './graph-builder.ts';
import type { UpdatedVariable } from './update-rule.ts';
import { addUpdate } from './update-rule.ts';

/** Names of the nodes that set and read a variable. */
export interface VariableNodes {
  readonly value: string;
  readonly given: string;
  readonly assigned: string;
}

type VariableUpdate = Pick<UpdatedVariable, 'weight' | 'gradient' | 'learningRate'>;

/** The nodes of a network's variable. */
export function variableNodes(name: string): VariableNodes {
  return {
    value: `${name}/value`,
    given: `${name}/given`,
    assigned: `${name}/assigned`,
  };
}

/** The nodes of the momentum of a network's variable. */
export function momentumNodes(name: string): VariableNodes {
  return variableNodes(`momentum/${name}`);
}

/** The nodes of the sum of the gradients of a network's variable. */
export function gradientSumNodes(name: string): VariableNodes {
  return variableNodes(`gradient_sum/${name}`);
}

export interface GraphVariablesSettings {
  readonly optimizer: OptimizerSettings;
  /** Whether a step adds each gradient to a sum next to the variable. */
  readonly sumsGradients: boolean;
}

/** A network's variables and their momentum in a graph, and how a step changes them. */
export class GraphVariables {
  readonly #builder: GraphBuilder;
  readonly #settings: GraphVariablesSettings;
  readonly #shapes = new Map<string, readonly number[]>();
  readonly #handles = new Map<string, GraphTensor>();
  readonly #momenta = new Map<string, GraphTensor>();
  /** Empty where gradients are not summed. */
  readonly #gradientSums = new Map<string, GraphTensor>();

  constructor(builder: GraphBuilder, settings: GraphVariablesSettings) {
    this.#builder = builder;
    this.#settings = settings;
  }

  declare({ name, shape, kind }: VariableDescription): void {
    this.#shapes.set(name, shape);
    this.#handles.set(name, this.#variable(variableNodes(name), shape));
    if (!isTrained(kind)) return;
    this.#momenta.set(name, this.#variable(momentumNodes(name), shape));
    if (this.#settings.sumsGradients) this.#gradientSums.set(name, this.#variable(gradientSumNodes(name), shape));
  }

  /** The value before a step changes it. */
  read(name: string): GraphTensor {
    return this.#read(known(this.#handles, name), known(this.#shapes, name));
  }

  /** Returns the name of the node that assigns. */
  assign(name: string, value: GraphTensor): string {
    return this.#assignment(known(this.#handles, name), value, `${name}/assignment`);
  }

  /** Returns the names of the nodes that change the variable, its momentum and the sum of its gradients. */
  update(name: string, { weight, gradient, learningRate }: VariableUpdate): readonly string[] {
    const handles = { weight: known(this.#handles, name), momentum: known(this.#momenta, name) };
    const variable = { name, handles, weight, gradient, learningRate };
    return [addUpdate(this.#builder, this.#settings.optimizer, variable), ...this.#addToSum(name, gradient)];
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
    // The shape is not fixed, so that an empty value can replace one that is no longer needed.
    const attributes: GraphAttributes = {
      dtype: { type: 'float' },
      shape: { shape: null },
      shared_name: { text: names.value },
    };
    const handle = this.#builder.one({
      operation: 'VarHandleOp',
      inputs: [],
      attributes,
      shape: [],
      types: ['resource'],
    });
    this.#builder.identity(this.#read(handle, shape), { name: names.value });
    const given = this.#builder.placeholder(names.given, shape);
    const after = [this.#assignment(handle, given, `${names.assigned}/assignment`)];
    // A node to fetch: a run has to return something.
    this.#builder.identity(this.#builder.integer(1), { name: names.assigned, after });
    return handle;
  }

  #read(handle: GraphTensor, shape: readonly number[]): GraphTensor {
    const attributes: GraphAttributes = { dtype: { type: 'float' } };
    return this.#builder.one({ operation: 'ReadVariableOp', inputs: [handle], attributes, shape });
  }

  #assignment(handle: GraphTensor, value: GraphTensor, name: string): string {
    const attributes: GraphAttributes = { dtype: { type: value.type } };
    this.#builder.add({ operation: 'AssignVariableOp', inputs: [handle, value], attributes, shapes: [], name });
    return name;
  }
}

function known<T>(values: ReadonlyMap<string, T>, name: string): T {
  const value = values.get(name);
  if (value === undefined) throw new Error(`The graph has no variable ${name}.`);
  return value;
}
