import type { Kernels } from './kernels.ts';
import type { Convolution, Ops } from './ops.ts';

/** The forward pass in evaluation mode: running statistics, no dropout, nothing recorded. Frozen layers run in it. */
export class InferenceOps<T> implements Ops<T> {
  readonly #kernels: Kernels<T>;
  readonly #variable: (name: string) => T;

  constructor(kernels: Kernels<T>, variable: (name: string) => T) {
    this.#kernels = kernels;
    this.#variable = variable;
  }

  conv2d(input: T, name: string, convolution: Convolution): T {
    return this.#kernels.conv2d(input, this.#variable(`${name}.kernel`), convolution);
  }

  batchNorm(input: T, name: string): T {
    return this.#kernels.batchNormInference(input, batchNormVariables(name, this.#variable));
  }

  relu(input: T): T {
    return this.#kernels.relu(input);
  }

  maxPool(input: T): T {
    return this.#kernels.maxPool(input);
  }

  averagePool(input: T): T {
    return this.#kernels.averagePool(input);
  }

  globalMean(input: T): T {
    return this.#kernels.globalMean(input);
  }

  concat(first: T, second: T): T {
    return this.#kernels.concat(first, second);
  }

  add(first: T, second: T): T {
    return this.#kernels.add(first, second);
  }

  pad(input: T, margin: number): T {
    return this.#kernels.pad(input, margin);
  }

  dense(input: T, name: string): T {
    const product = this.#kernels.matMul(input, this.#variable(`${name}.kernel`));
    return this.#kernels.addBias(product, this.#variable(`${name}.bias`));
  }

  dropout(input: T): T {
    return input;
  }
}

export function batchNormVariables<T>(name: string, variable: (name: string) => T) {
  return {
    gamma: variable(`${name}.gamma`),
    beta: variable(`${name}.beta`),
    mean: variable(`${name}.mean`),
    variance: variable(`${name}.variance`),
  };
}
