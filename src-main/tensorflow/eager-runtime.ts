import { AppError, messageOf } from '#core/errors.ts';
import type { OperationAttribute, TensorFlowBinding, TensorMetadata } from './binding.ts';
import { Attributes } from './binding.ts';

/** A tensor in TensorFlow's memory. It has to be released by hand, or by the `tidy` that it was made in. */
export type EagerTensor = TensorMetadata;

export interface Operation {
  readonly name: string;
  readonly inputs: readonly EagerTensor[];
  /** Lists that are built once, so that the many small operations of a step cost no allocation. */
  readonly attributes: readonly OperationAttribute[];
}

const NO_ATTRIBUTES: readonly OperationAttribute[] = [];

/** Runs single operations of TensorFlow and keeps the books of the tensors that they make. */
export class EagerRuntime {
  readonly attributes: Attributes;
  readonly #binding: TensorFlowBinding;
  /** Tensors by the `tidy` that will release them, innermost last; those of the first set stay until they are released. */
  readonly #scopes: Set<EagerTensor>[] = [new Set()];
  readonly #constants = new Map<string, EagerTensor>();

  constructor(binding: TensorFlowBinding) {
    this.#binding = binding;
    this.attributes = new Attributes(binding);
  }

  get usesGpu(): boolean {
    return this.#binding.isUsingGpuDevice();
  }

  /** Number of tensors in TensorFlow's memory, of all runtimes of the process. */
  get tensorCount(): number {
    return this.#binding.getNumOfTensors();
  }

  run(name: string, inputs: readonly EagerTensor[], attributes = NO_ATTRIBUTES): EagerTensor {
    return this.runMany({ name, inputs, attributes }, 1)[0];
  }

  runMany({ name, inputs, attributes }: Operation, outputs: number): EagerTensor[] {
    const ids = inputs.map(({ id }) => id);
    const results = this.#guarded(name, () => this.#binding.executeOp(name, attributes, ids, outputs));
    for (const tensor of results) this.#track(tensor);
    return results;
  }

  /** The same values, in the same memory, in another shape; the tensor itself where that is its shape. */
  reshape(tensor: EagerTensor, shape: readonly number[]): EagerTensor {
    const isSame = tensor.shape.length === shape.length && shape.every((side, axis) => side === tensor.shape[axis]);
    return isSame ? tensor : this.run('Reshape', [tensor, this.constant(...shape)]);
  }

  /** Shares the array's memory: it must not change while the tensor lives. */
  floats(values: Float32Array, shape: readonly number[]): EagerTensor {
    return this.#create(shape, this.#binding.TF_FLOAT, values);
  }

  /** Shares the array's memory: it must not change while the tensor lives. */
  integers(values: Int32Array, shape: readonly number[] = [values.length]): EagerTensor {
    return this.#create(shape, this.#binding.TF_INT32, values);
  }

  scalar(value: number): EagerTensor {
    return this.floats(Float32Array.of(value), []);
  }

  /** A vector of integers that stays, such as a shape or a list of axes; made once. */
  constant(...values: readonly number[]): EagerTensor {
    return this.#constant(values.join(), () => this.integers(Int32Array.from(values)));
  }

  /** One integer that stays; made once. */
  constantInteger(value: number): EagerTensor {
    return this.#constant(`scalar ${value}`, () => this.integers(Int32Array.of(value), []));
  }

  read(tensor: EagerTensor): Float32Array {
    const values = this.#guarded('reading a tensor', () => this.#binding.tensorDataSync(tensor.id));
    if (!(values instanceof Float32Array)) throw new AppError('internal', 'Only float32 tensors are read back.');
    return values;
  }

  /** Releases what `body` made. */
  tidy<R>(body: () => R): R {
    this.#scopes.push(new Set());
    try {
      return body();
    } finally {
      for (const tensor of this.#scopes.pop() ?? []) this.#binding.deleteTensor(tensor.id);
    }
  }

  /** Releases what `body` made but for the tensors that it gives, which go to the enclosing `tidy`. */
  tidyTensors(body: () => EagerTensor[]): EagerTensor[] {
    const results = this.tidy(() => {
      const tensors = body();
      for (const tensor of tensors) this.#forget(tensor);
      return tensors;
    });
    for (const tensor of results) this.#track(tensor);
    return results;
  }

  tidyTensor(body: () => EagerTensor): EagerTensor {
    return this.tidyTensors(() => [body()])[0];
  }

  /** Takes a tensor out of every `tidy`: it lives until it is released. */
  keep(tensor: EagerTensor): EagerTensor {
    this.#forget(tensor);
    this.#scopes[0].add(tensor);
    return tensor;
  }

  /** Does nothing to a tensor that is released already. */
  release(tensor: EagerTensor): void {
    if (this.#forget(tensor)) this.#binding.deleteTensor(tensor.id);
  }

  dispose(): void {
    for (const scope of this.#scopes) for (const tensor of scope) this.#binding.deleteTensor(tensor.id);
    this.#scopes.splice(0, this.#scopes.length, new Set());
    this.#constants.clear();
  }

  #create(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): EagerTensor {
    const id = this.#guarded('creating a tensor', () => this.#binding.createTensor(shape, dtype, values));
    return this.#track({ id, shape, dtype });
  }

  #constant(key: string, create: () => EagerTensor): EagerTensor {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const tensor = this.keep(create());
    this.#constants.set(key, tensor);
    return tensor;
  }

  #track(tensor: EagerTensor): EagerTensor {
    this.#scopes[this.#scopes.length - 1].add(tensor);
    return tensor;
  }

  #forget(tensor: EagerTensor): boolean {
    for (let depth = this.#scopes.length - 1; depth >= 0; depth--) {
      if (this.#scopes[depth].delete(tensor)) return true;
    }
    return false;
  }

  #guarded<R>(what: string, body: () => R): R {
    try {
      return body();
    } catch (error) {
      throw new AppError('unavailable', `TensorFlow failed in ${what}: ${messageOf(error)}`, { cause: error });
    }
  }
}
