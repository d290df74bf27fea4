import type { NamedArrays } from './session.ts';

/** Holds the weights of the best epoch in memory, for those runs that test them. */
export class BestWeights {
  #weights: NamedArrays;

  /** `weights` are those of a checkpoint; empty before the first epoch, and where no best weights are tested. */
  constructor(weights: NamedArrays) {
    this.#weights = weights;
  }

  get weights(): NamedArrays {
    return this.#weights;
  }

  keep(weights: NamedArrays): void {
    this.#weights = weights;
  }
}
