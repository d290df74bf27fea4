import { product } from '#core/network/shape-ops.ts';
import type { OptimizerSettings } from '#core/training/session.ts';
import type { OperationAttribute } from './binding.ts';
import type { EagerRuntime, EagerTensor } from './eager-runtime.ts';
import { EagerVariable } from './eager-variable.ts';

export interface VariableUpdate {
  readonly variable: EagerVariable;
  /** The variable's value, which is released. */
  readonly weight: EagerTensor;
  /** Of the loss, without weight decay. */
  readonly gradient: EagerTensor;
  readonly learningRate: EagerTensor;
}

/** SGD with momentum as PyTorch does it, its state keyed by the variable's name. */
export class MomentumOptimizer {
  readonly #runtime: EagerRuntime;
  readonly #velocities = new Map<string, EagerVariable>();
  readonly #momentum: EagerTensor;
  readonly #weightDecay: EagerTensor | null;
  readonly #attributes: readonly OperationAttribute[];

  constructor(runtime: EagerRuntime, { momentum, nesterov, weightDecay }: OptimizerSettings) {
    this.#runtime = runtime;
    this.#momentum = runtime.keep(runtime.scalar(momentum));
    this.#weightDecay = weightDecay === 0 ? null : runtime.keep(runtime.scalar(weightDecay));
    this.#attributes = [runtime.attributes.boolean('use_nesterov', nesterov)];
  }

  /**
   * g = gradient + weightDecay w;  v = momentum v + g;  w -= learningRate (g + momentum v)
   * Without Nesterov's look-ahead: w -= learningRate v.
   */
  update(name: string, { variable, weight, gradient, learningRate }: VariableUpdate): void {
    const decayed = this.#decayed(gradient, weight);
    this.#runtime.release(weight);
    const inputs = [variable.handle, this.#velocity(name, variable).handle, learningRate, decayed, this.#momentum];
    this.#runtime.runMany({ name: 'ResourceApplyMomentum', inputs, attributes: this.#attributes }, 0);
    this.#runtime.release(decayed);
  }

  /** A copy; null where the variable was never updated. */
  velocity(name: string): Float32Array | null {
    return this.#velocities.get(name)?.values() ?? null;
  }

  setVelocity(name: string, values: Float32Array, shape: readonly number[]): void {
    const known = this.#velocities.get(name);
    if (known === undefined) this.#velocities.set(name, new EagerVariable(this.#runtime, values, shape));
    else known.assign(values);
  }

  /** Lets go of a variable's momentum, as when its layer freezes. */
  forget(name: string): void {
    this.#velocities.get(name)?.dispose();
    this.#velocities.delete(name);
  }

  dispose(): void {
    for (const velocity of this.#velocities.values()) velocity.dispose();
    this.#velocities.clear();
  }

  #velocity(name: string, { shape }: EagerVariable): EagerVariable {
    const known = this.#velocities.get(name);
    if (known !== undefined) return known;
    const created = new EagerVariable(this.#runtime, new Float32Array(product(shape)), shape);
    this.#velocities.set(name, created);
    return created;
  }

  #decayed(gradient: EagerTensor, weight: EagerTensor): EagerTensor {
    if (this.#weightDecay === null) return gradient;
    const decay = this.#runtime.run('Mul', [weight, this.#weightDecay]);
    const decayed = this.#runtime.run('AddV2', [gradient, decay]);
    this.#runtime.release(decay);
    this.#runtime.release(gradient);
    return decayed;
  }
}
