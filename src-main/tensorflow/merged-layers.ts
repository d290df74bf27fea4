import type { GraphRuntime } from './graph-runtime.ts';
import { NODES } from './training-graph.ts';

/**
 * Keeps the merged weights of the first layers, which run in evaluation mode (`MergedWeights`), so that they are merged once for as long
 * as these layers are frozen, and not in every step. Layers that train take no memory for them.
 */
export class MergedLayers {
  readonly #runtime: GraphRuntime;
  readonly #layers: number;
  /** The number of layers up to the last one that has merged weights. */
  readonly #most: number;
  /** Of how many layers weights are kept, and how many of these have not changed since they were merged. */
  #kept = 0;
  #current = 0;

  constructor(runtime: GraphRuntime, merges: readonly boolean[]) {
    this.#runtime = runtime;
    this.#layers = merges.length;
    this.#most = merges.lastIndexOf(true) + 1;
  }

  /** Merges the weights of the first layers where they have changed since that was last done. */
  provide(layers: number): void {
    if (Math.min(layers, this.#most) > this.#current) this.#merge(layers);
  }

  /** Merges the weights of the first layers where there are none, however old. */
  provideAny(layers: number): void {
    if (Math.min(layers, this.#most) > this.#kept) this.#merge(layers);
  }

  /** The weights of the layers behind the first ones have changed. */
  outdateBehind(layers: number): void {
    this.#current = Math.min(this.#current, layers);
  }

  /** Frees the memory of the layers behind the first ones. */
  releaseBehind(layers: number): void {
    if (this.#kept > layers) this.#merge(layers);
  }

  #merge(layers: number): void {
    const values = Int32Array.from({ length: this.#layers }, (_, layer) => (layer < layers ? 1 : 0));
    this.#runtime.run(NODES.merged, [{ name: NODES.mergedLayers, values, shape: [this.#layers] }]);
    this.#kept = Math.min(layers, this.#most);
    this.#current = this.#kept;
  }
}
