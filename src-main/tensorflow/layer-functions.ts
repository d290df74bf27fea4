import type { Moments } from './graph-batch-norm.ts';
import type { GraphTensor } from './graph-builder.ts';
import type { GraphFunction } from './graph-function.ts';

/** The input of a layer and its gradient: symbols, which stand for different tensors in evaluation and in a training step. */
export interface LayerInput {
  readonly values: GraphTensor;
  /** The moments of `values`, if the layer before knows them. */
  readonly moments: Moments | null;
  /** The loss's gradient with respect to `values`. */
  readonly gradient: GraphTensor;
}

export interface TrainedLayer {
  readonly forward: GraphFunction;
  /** Backward pass and, where nothing clips, update. */
  readonly backward: GraphFunction;
  /** The update alone where gradients are clipped; null where nothing clips. */
  readonly update: GraphFunction | null;
}

export interface LayerFunctions {
  readonly inference: GraphFunction;
  /** What merges the weights that `inference` reads; null where it reads none. */
  readonly merge: GraphFunction | null;
  /** Its training as the first active layer, whose input is a constant. */
  readonly first: TrainedLayer;
  /** Its training after other active layers; null for the stem. */
  readonly later: TrainedLayer | null;
}
