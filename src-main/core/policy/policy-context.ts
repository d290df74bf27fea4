/** The run that a policy plans for. */
export interface PolicyContext {
  /** The names of the layers, from the first to the head. */
  readonly layerNames: readonly string[];
  /** a, the rate that all layers share before scaling. */
  readonly learningRate: number;
  /** The number of steps of the whole run. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Steps at the start of the run in which the rates rise linearly from 0, under every policy. Default: none. */
  readonly warmupSteps?: number;
}
