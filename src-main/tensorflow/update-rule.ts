import type { AdamChange, MomentumChange, UpdateKernels } from '#core/optimizer/optimizer-kind.ts';
import type { GraphAttributes, GraphBuilder, GraphTensor } from './graph-builder.ts';
import { FLOATS } from './graph-builder.ts';

/** One variable w of a layer that trains. */
export interface UpdatedNodes {
  readonly name: string;
  /** The handle of w. */
  readonly handle: GraphTensor;
  /** The handles of its slots, by slot. */
  readonly slots: ReadonlyMap<string, GraphTensor>;
  /** w as the forward pass read it. */
  readonly weight: GraphTensor;
}

/** The changes of an update as nodes of the function that is being built; `core/optimizer/` has the rules that use them. */
export class GraphUpdate implements UpdateKernels<GraphTensor> {
  readonly #builder: GraphBuilder;
  readonly #variable: UpdatedNodes;
  readonly #changes: string[] = [];

  constructor(builder: GraphBuilder, variable: UpdatedNodes) {
    this.#builder = builder;
    this.#variable = variable;
  }

  /** The names of the nodes that change w and its slots. */
  get changes(): readonly string[] {
    return this.#changes;
  }

  addScaled(first: GraphTensor, factor: number, second: GraphTensor): GraphTensor {
    return this.#builder.binary('AddV2', first, this.#builder.binary('Mul', second, this.#builder.float(factor)));
  }

  shrink(share: GraphTensor): void {
    const { handle, weight } = this.#variable;
    const loss = this.#builder.binary('Mul', weight, share);
    this.#change('AssignSubVariableOp', 'decay', { inputs: [handle, loss], attributes: { dtype: { type: 'float' } } });
  }

  applyMomentum({ velocity, gradient, rate, momentum, nesterov }: MomentumChange<GraphTensor>): void {
    this.#change('ResourceApplyMomentum', 'update', {
      inputs: [this.#variable.handle, this.#slot(velocity), rate, gradient, this.#builder.float(momentum)],
      attributes: { ...FLOATS, use_nesterov: { flag: nesterov } },
    });
  }

  applyAdam({ moments, gradient, rate, beta1, beta2, epsilon }: AdamChange<GraphTensor>): void {
    const [first, second] = moments.map((slot) => this.#slot(slot));
    // Powers of 0: the bias correction is in the rate and in epsilon.
    const [none, ...betas] = [0, beta1, beta2].map((value) => this.#builder.float(value));
    this.#change('ResourceApplyAdam', 'update', {
      inputs: [this.#variable.handle, first, second, none, none, rate, ...betas, epsilon, gradient],
      attributes: { ...FLOATS, use_nesterov: { flag: false } },
    });
  }

  #slot(name: string): GraphTensor {
    const handle = this.#variable.slots.get(name);
    if (handle === undefined) throw new Error(`The optimizer has no slot ${name}.`);
    return handle;
  }

  #change(operation: string, name: string, { inputs, attributes }: ChangeNode): void {
    const { name: variable, weight } = this.#variable;
    const node = `${variable}/${name}`;
    // A change waits for all readers of w: otherwise TensorFlow would copy the variable before changing it.
    const after = [...this.#builder.body.readersOf(weight), ...this.#changes];
    this.#builder.add({ operation, inputs, attributes, shapes: [], after, name: node });
    this.#changes.push(node);
  }
}

interface ChangeNode {
  readonly inputs: readonly GraphTensor[];
  readonly attributes: GraphAttributes;
}
