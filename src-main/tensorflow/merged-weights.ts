import type { GraphAttributes, GraphBuilder, GraphTensor } from './graph-builder.ts';
import { FLOATS, GraphBody } from './graph-builder.ts';
import { GraphFunction } from './graph-function.ts';
import { assignedVariable, readVariable, variableHandle } from './graph-variables.ts';

const SLICE: GraphAttributes = { ...FLOATS, Index: { type: 'integer' } };

interface MergedWeight {
  readonly handle: GraphTensor;
  /** In the function that merges. */
  value: GraphTensor;
}

/**
 * Kernels and biases of a layer with batch norms merged into them, which variables keep. A function of its own computes them: it
 * has to run before the layer's forward pass in evaluation mode wherever the layer's weights have changed.
 */
export class MergedWeights {
  readonly #builder: GraphBuilder;
  readonly #layer: number;
  /** Of the function that merges. */
  readonly #body: GraphBody;
  /** By what the forward pass reads. */
  readonly #weights = new Map<GraphTensor, MergedWeight>();

  constructor(builder: GraphBuilder, layer: number) {
    this.#builder = builder;
    this.#layer = layer;
    this.#body = new GraphBody(`merge_${layer}`);
  }

  /** Runs `build`, whose nodes go into the function that merges. */
  compute<R>(build: () => R): R {
    return this.#builder.within(this.#body, build);
  }

  /** What the forward pass reads for a value of the function that merges. */
  keep(value: GraphTensor): GraphTensor {
    const handle = variableHandle(this.#builder, `merged/${this.#layer}/${this.#weights.size}`);
    const read = readVariable(this.#builder, handle, value.shape);
    this.#weights.set(read, { handle, value });
    return read;
  }

  /** What the forward pass reads instead of a weight: of a variable, or one that is kept here already. */
  changed(weight: GraphTensor, change: (value: GraphTensor) => GraphTensor): GraphTensor {
    const known = this.#weights.get(weight);
    const value = this.compute(() => change(known?.value ?? weight));
    if (known !== undefined) {
      known.value = value;
      return weight;
    }
    this.#builder.body.remove(weight.node);
    return this.keep(value);
  }

  /**
   * The function that merges, once the forward pass is built; null where nothing is merged. `isKept` is 1, or 0 where the variables are
   * emptied, so that they take no memory.
   */
  function(isKept: GraphTensor): GraphFunction | null {
    if (this.#weights.size === 0) return null;
    return this.compute(() => {
      const after = [...this.#weights.values()].map(({ handle, value }) =>
        assignedVariable(this.#builder, { handle, value: this.#wholeOrEmpty(value, isKept) }),
      );
      const done = this.#builder.identity(this.#builder.integer(1), { after });
      const merge = new GraphFunction(this.#body, new Map());
      merge.export(done);
      return merge;
    });
  }

  #wholeOrEmpty(value: GraphTensor, isKept: GraphTensor): GraphTensor {
    const { shape } = value;
    const size = this.#builder.one({
      operation: 'Mul',
      inputs: [this.#builder.integers(shape), isKept],
      attributes: { T: { type: 'integer' } },
      shape: [shape.length],
      types: ['integer'],
    });
    const inputs = [value, this.#builder.integers(shape.map(() => 0)), size];
    return this.#builder.one({ operation: 'Slice', inputs, attributes: SLICE, shape });
  }
}
