import type { GraphAttributes, GraphBuilder, GraphTensor } from './graph-builder.ts';

const DOUBLES: GraphAttributes = { T: { type: 'double' } };

/**
 * The sum of the losses, and the number of steps for which it was finite. Both are doubles in the graph, so that the sum is the
 * same as that of a loop in JavaScript. They are set and read as 32-bit halves, [2, 2], since the addon has no doubles.
 */
export class LossTotalNodes {
  readonly value = 'loss_total/value';
  readonly given = 'loss_total/given';
  /** Sets it, once `value` is read. */
  readonly exchanged = 'loss_total/exchanged';
  /** The node that sets it alone. */
  readonly assignment = 'loss_total/assignment';
  readonly #builder: GraphBuilder;
  readonly #handle: GraphTensor;

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
    const attributes: GraphAttributes = {
      dtype: { type: 'double' },
      shape: { shape: [2] },
      shared_name: { text: this.value },
    };
    this.#handle = builder.one({ operation: 'VarHandleOp', inputs: [], attributes, shape: [], types: ['resource'] });
    const halves = this.#bitcast(this.#read(), 'integer', [2, 2]);
    builder.identity(halves, { name: this.value });
    const given = this.#bitcast(builder.placeholder(this.given, [2, 2], 'integer'), 'double', [2]);
    this.#assign(given, { name: this.assignment });
    const exchange = this.#assign(given, { name: 'loss_total/exchange', after: [this.value] });
    builder.identity(builder.integer(1), { name: this.exchanged, after: [exchange] });
  }

  /** Adds a step's loss. Returns the name of the node that does so. */
  add(loss: GraphTensor): string {
    const [sum, steps] = this.#builder.add({
      operation: 'Unpack',
      inputs: [this.#read()],
      attributes: { ...DOUBLES, num: { integer: 2 }, axis: { integer: 0 } },
      shapes: [[], []],
      types: ['double', 'double'],
    });
    const newSum = this.#double('AddV2', [sum, this.#asDouble(loss)]);
    const finite = this.#builder.one({
      operation: 'IsFinite',
      inputs: [newSum],
      attributes: DOUBLES,
      shape: [],
      types: ['boolean'],
    });
    const newSteps = this.#double('AddV2', [steps, this.#asDouble(finite)]);
    const packing: GraphAttributes = { ...DOUBLES, N: { integer: 2 }, axis: { integer: 0 } };
    return this.#assign(this.#double('Pack', [newSum, newSteps], packing, [2]), { name: this.assignment });
  }

  #read(): GraphTensor {
    return this.#double('ReadVariableOp', [this.#handle], { dtype: { type: 'double' } }, [2]);
  }

  #assign(value: GraphTensor, place: { readonly name: string; readonly after?: readonly string[] }): string {
    const attributes: GraphAttributes = { dtype: { type: 'double' } };
    const inputs = [this.#handle, value];
    this.#builder.add({ operation: 'AssignVariableOp', inputs, attributes, shapes: [], ...place });
    return place.name;
  }

  #asDouble(value: GraphTensor): GraphTensor {
    const attributes: GraphAttributes = {
      SrcT: { type: value.type },
      DstT: { type: 'double' },
      Truncate: { flag: false },
    };
    return this.#double('Cast', [value], attributes);
  }

  #bitcast(value: GraphTensor, type: 'integer' | 'double', shape: readonly number[]): GraphTensor {
    const attributes: GraphAttributes = { T: { type: value.type }, type: { type } };
    return this.#builder.one({ operation: 'Bitcast', inputs: [value], attributes, shape, types: [type] });
  }

  #double(
    operation: string,
    inputs: readonly GraphTensor[],
    attributes: GraphAttributes = DOUBLES,
    shape: readonly number[] = [],
  ): GraphTensor {
    return this.#builder.one({ operation, inputs, attributes, shape, types: ['double'] });
  }
}
