/** The run that a policy plans for. */
export interface PolicyContext {
  readonly layerCount: number;
  /** a, the rate that all layers share before scaling. */
  readonly learningRate: number;
  /** The number of steps of the whole run. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
}
