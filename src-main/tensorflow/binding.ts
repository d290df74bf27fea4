/** An attribute of an operation; `type` is one of the binding's TF_ATTR_ numbers. */
export interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** The result of an operation: a handle to a tensor that lives until it is deleted. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/**
 * The part of @tensorflow/tfjs-node-gpu's native addon that is used here. It runs any operation of libtensorflow, on the GPU
 * where there is one, else on the CPU. Calls block, and throw an Error with TensorFlow's message.
 */
export interface TensorFlowBinding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_TYPE: number;
  isUsingGpuDevice(): boolean;
  /**
   * Uses the array's own memory where that is aligned: the array must not change until the tensor is deleted. Whoever uses that
   * memory last releases the array, so nothing may use it after the tensor, which is deleted in the thread of the array.
   */
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  /** Returns a copy. */
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    operation: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[];
  getNumOfTensors(): number;
  /** Opens a session on the graph in a folder; returns its number. */
  loadSavedModel(folder: string, tag: string): number;
  deleteSavedModel(session: number): void;
  /** `feeds` and `fetches` are outputs of nodes, such as `images:0`, with commas between them. */
  runSavedModel(session: number, inputs: readonly number[], feeds: string, fetches: string): TensorMetadata[];
}

/**
 * Builds the attributes of one binding. Attributes that are left out take TensorFlow's default; a type is that of the
 * inputs.
 */
export class Attributes {
  readonly #binding: TensorFlowBinding;

  constructor(binding: TensorFlowBinding) {
    this.#binding = binding;
  }

  text(name: string, value: string): OperationAttribute {
    return { name, type: this.#binding.TF_ATTR_STRING, value };
  }

  integer(name: string, value: number | readonly number[]): OperationAttribute {
    return { name, type: this.#binding.TF_ATTR_INT, value };
  }

  elementType(name: string, type: 'float' | 'integer'): OperationAttribute {
    const value = type === 'float' ? this.#binding.TF_FLOAT : this.#binding.TF_INT32;
    return { name, type: this.#binding.TF_ATTR_TYPE, value };
  }
}
