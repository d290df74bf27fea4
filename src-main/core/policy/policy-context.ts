/** The run that a policy plans for. */
export interface PolicyContext {
  /** The names of the layers, from the first to the head. */
  readonly layerNames: readonly string[];
  /** a, the rate that all layers share before scaling. */
  readonly learningRate: number;
  /** The number of steps of the whole run. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
}
