import { AppError } from '#core/errors.ts';
import type { OperationAttribute, TensorFlowBinding, TensorMetadata } from './binding.ts';
import { Attributes } from './binding.ts';
import { guarded } from './guarded.ts';

/** A tensor in TensorFlow's memory, until its runtime is disposed of. */
export type EagerTensor = TensorMetadata;

/** Runs single operations of TensorFlow, for work that is not worth a graph. */
export class EagerRuntime {
  readonly attributes: Attributes;
  readonly #binding: TensorFlowBinding;
  readonly #tensors: EagerTensor[] = [];

  constructor(binding: TensorFlowBinding) {
    this.#binding = binding;
    this.attributes = new Attributes(binding);
  }

  /** Runs an operation and returns its first output. */
  run(name: string, inputs: readonly EagerTensor[], attributes: readonly OperationAttribute[] = []): EagerTensor {
    const ids = inputs.map(({ id }) => id);
    const [output] = guarded(name, () => this.#binding.executeOp(name, attributes, ids, 1));
    this.#tensors.push(output);
    return output;
  }

  /** Shares the array's memory: it must not change while the tensor lives. */
  floats(values: Float32Array, shape: readonly number[]): EagerTensor {
    return this.#create(shape, this.#binding.TF_FLOAT, values);
  }

  /** Shares the array's memory: it must not change while the tensor lives. */
  integers(values: Int32Array, shape: readonly number[] = [values.length]): EagerTensor {
    return this.#create(shape, this.#binding.TF_INT32, values);
  }

  read(tensor: EagerTensor): Float32Array {
    const values = guarded('reading a tensor', () => this.#binding.tensorDataSync(tensor.id));
    if (!(values instanceof Float32Array)) throw new AppError('internal', 'Only float32 tensors are read back.');
    return values;
  }

  dispose(): void {
    for (const { id } of this.#tensors.splice(0)) this.#binding.deleteTensor(id);
  }

  #create(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): EagerTensor {
    const id = guarded('creating a tensor', () => this.#binding.createTensor(shape, dtype, values));
    const tensor = { id, shape, dtype };
    this.#tensors.push(tensor);
    return tensor;
  }
}
