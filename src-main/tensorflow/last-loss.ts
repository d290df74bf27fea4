import type { GraphBuilder, GraphTensor } from './graph-builder.ts';
import { assignedVariable, readVariable, variableHandle } from './graph-variables.ts';

/**
 * The loss of the last step in a variable, on a GPU: what a step returns would be copied out of the device's memory after each one, while
 * only the losses that are logged are read.
 */
export class LastLoss {
  /** The node that has the value. */
  readonly value = 'last_loss/value';
  readonly #builder: GraphBuilder;
  readonly #handle: GraphTensor;

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
    this.#handle = variableHandle(builder, 'last_loss');
    builder.identity(readVariable(builder, this.#handle, []), { name: this.value });
  }

  /** Returns the name of the node that keeps a step's loss. */
  keep(loss: GraphTensor): string {
    return assignedVariable(this.#builder, { handle: this.#handle, value: loss, name: 'last_loss/assignment' });
  }
}
