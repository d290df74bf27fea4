import type { EvaluationSources, Operation } from './operations/operation.ts';
import { Ops } from './ops.ts';

/**
 * The forward pass in evaluation mode, which frozen layers also use: running statistics, no dropout, nothing recorded.
 */
export class InferenceOps<T> extends Ops<T> {
  readonly #sources: EvaluationSources<T>;

  constructor(sources: EvaluationSources<T>) {
    super();
    this.#sources = sources;
  }

  apply(operation: Operation, ...inputs: readonly T[]): T {
    return operation.evaluate(inputs, this.#sources);
  }
}
