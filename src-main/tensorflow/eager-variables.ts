import { badRequest } from '#core/errors.ts';
import { isTrained } from '#core/network/ops.ts';
import type { VariableDescription } from '#core/network/shape-ops.ts';
import { product } from '#core/network/shape-ops.ts';
import type { NamedArrays } from '#core/training/session.ts';
import type { EagerRuntime, EagerTensor } from './eager-runtime.ts';
import { EagerVariable } from './eager-variable.ts';

/** All variables of a network by name. */
export class EagerVariables {
  readonly #runtime: EagerRuntime;
  readonly #descriptions: readonly VariableDescription[];
  readonly #trained = new Map<string, EagerVariable>();
  /** Running means and variances: plain tensors, for a training step puts new ones in their place. */
  readonly #statistics = new Map<string, EagerTensor>();

  /** All zero. */
  constructor(runtime: EagerRuntime, descriptions: readonly VariableDescription[]) {
    this.#runtime = runtime;
    this.#descriptions = descriptions;
    for (const { name, kind, shape } of descriptions) {
      const zeros = new Float32Array(product(shape));
      if (isTrained(kind)) this.#trained.set(name, new EagerVariable(runtime, zeros, shape));
      else this.#statistics.set(name, runtime.keep(runtime.floats(zeros, shape)));
    }
  }

  /** The value as a tensor: of a trained variable one that the caller releases, of a running statistic the one that is kept. */
  read(name: string): EagerTensor {
    return this.#statistics.get(name) ?? this.trained(name).read();
  }

  trained(name: string): EagerVariable {
    const variable = this.#trained.get(name);
    if (variable === undefined)
      throw badRequest(`The network has no trained variable ${name}; use one of its own names.`);
    return variable;
  }

  setStatistic(name: string, tensor: EagerTensor): void {
    const old = this.#statistics.get(name);
    if (old !== undefined) this.#runtime.release(old);
    this.#statistics.set(name, this.#runtime.keep(tensor));
  }

  /** Sets every variable. Throws a bad request where a name or a size does not fit; then nothing is changed. */
  assign(weights: NamedArrays): void {
    for (const description of this.#descriptions) checkSize(description, weights.get(description.name));
    checkNames(weights, this.#descriptions);
    for (const [name, values] of weights) {
      const trained = this.#trained.get(name);
      if (trained !== undefined) trained.assign(values);
      else this.setStatistic(name, this.#runtime.floats(values.slice(), [values.length]));
    }
  }

  /** Copies, in the order of the forward pass. */
  values(): NamedArrays {
    return new Map(this.#descriptions.map(({ name }) => [name, this.#copy(name)]));
  }

  #copy(name: string): Float32Array {
    const statistic = this.#statistics.get(name);
    return statistic === undefined ? this.trained(name).values() : this.#runtime.read(statistic);
  }

  dispose(): void {
    for (const variable of this.#trained.values()) variable.dispose();
    for (const tensor of this.#statistics.values()) this.#runtime.release(tensor);
  }
}

/** Throws a bad request where there are no values for a variable, or more or fewer than it has. */
export function checkSize({ name, shape }: VariableDescription, values: Float32Array | undefined): void {
  if (values === undefined) throw badRequest(`The weights lack ${name}: they are not of this network.`);
  if (values.length === product(shape)) return;
  throw badRequest(
    `The weights hold ${values.length} values for ${name}, which has ${product(shape)}: use this network's.`,
  );
}

/** Throws a bad request where there are values for a variable that is not described. */
export function checkNames(values: NamedArrays, descriptions: readonly VariableDescription[]): void {
  const known = new Set(descriptions.map(({ name }) => name));
  for (const name of values.keys()) {
    if (!known.has(name)) throw badRequest(`The weights hold ${name}, which this network does not have: use its own.`);
  }
}
