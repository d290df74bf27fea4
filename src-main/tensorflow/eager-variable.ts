import type { OperationAttribute } from './binding.ts';
import type { EagerRuntime, EagerTensor } from './eager-runtime.ts';

/** The shared name with which TensorFlow gives every handle a variable of its own. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/** A variable of TensorFlow, which operations change in place. */
export class EagerVariable {
  /** What operations that change the variable take. */
  readonly handle: EagerTensor;
  readonly shape: readonly number[];
  readonly #runtime: EagerRuntime;
  readonly #type: readonly OperationAttribute[];

  constructor(runtime: EagerRuntime, values: Float32Array, shape: readonly number[]) {
    const { attributes } = runtime;
    this.shape = shape;
    this.#runtime = runtime;
    this.#type = [attributes.elementType('dtype', 'float')];
    const description = [...this.#type, attributes.shape('shape', shape), attributes.text('shared_name', ANONYMOUS)];
    this.handle = runtime.keep(runtime.run('VarHandleOp', [], description));
    this.assign(values);
  }

  /** The value as a tensor. An update that comes while it lives has to copy the variable first: release it before. */
  read(): EagerTensor {
    return this.#runtime.run('ReadVariableOp', [this.handle], this.#type);
  }

  /** Copies the values. */
  assign(values: Float32Array): void {
    const tensor = this.#runtime.floats(values.slice(), this.shape);
    const operation = { name: 'AssignVariableOp', inputs: [this.handle, tensor], attributes: this.#type };
    this.#runtime.runMany(operation, 0);
    this.#runtime.release(tensor);
  }

  /** A copy. */
  values(): Float32Array {
    const tensor = this.read();
    const values = this.#runtime.read(tensor);
    this.#runtime.release(tensor);
    return values;
  }

  dispose(): void {
    this.#runtime.runMany({ name: 'DestroyResourceOp', inputs: [this.handle], attributes: [] }, 0);
    this.#runtime.release(this.handle);
  }
}
