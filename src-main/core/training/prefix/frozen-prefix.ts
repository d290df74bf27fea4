import type { Batch } from '#core/data/batch.ts';
import type { RunEventBody } from '#core/run-event.ts';

/** Where a training step gets the output of its frozen layers from. */
export interface FrozenPrefix {
  /**
   * The result of `TrainingSession.advance` for the batch's images at layer `frozenLayers`, valid until the next call; undefined
   * where the step should run the frozen layers itself. It is asked at every step, in their order, also where no layer is frozen.
   */
  outputFor(batch: Batch, frozenLayers: number): Promise<Float32Array | undefined>;
  /** Whether this coming step will be given its values without a look at its images, whatever happens until then. */
  servesAlone(step: number): boolean;
  /** Reports what was saved, and discards all kept values. A second call does nothing. */
  close(): Promise<void>;
}

/** Keeps nothing; reports the reason, if there is one, when the first layer freezes. */
export class OrdinaryPrefix implements FrozenPrefix {
  readonly #emit: (body: RunEventBody) => void;
  #reason: string | null;

  constructor(reason: string | null, emit: (body: RunEventBody) => void) {
    this.#reason = reason;
    this.#emit = emit;
  }

  async outputFor(batch: Batch, frozenLayers: number): Promise<undefined> {
    if (frozenLayers === 0 || this.#reason === null) return;
    const { step } = batch;
    const nothing = { place: 'none', images: 0, bytes: 0, predictedSaved: 0 } as const;
    this.#emit({ type: 'prefix-cache.decided', depth: frozenLayers, step, ...nothing, reason: this.#reason });
    this.#reason = null;
  }

  servesAlone(): boolean {
    return false;
  }

  async close(): Promise<void> {}
}
