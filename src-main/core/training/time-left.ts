/** The weight of a new measurement in the running mean: about the last six count. */
const NEWEST_SHARE = 0.3;

/**
 * The observed pace of the machine, in recent steps and between epochs. Steps are counted in unfrozen steps, so that the pace at
 * one freeze depth predicts the cheaper steps after the next freezes.
 */
export class SeenPace {
  #secondsPerUnfrozenStep: number | null = null;
  #secondsBetweenEpochs = 0;

  /** Adds a step; `ratio` is the ratio of its time to the unfrozen step's. */
  stepTook(seconds: number, ratio: number): void {
    this.#secondsPerUnfrozenStep = running(this.#secondsPerUnfrozenStep, seconds / ratio);
  }

  /** Adds the seconds of an evaluation and a checkpoint. */
  betweenEpochsTook(seconds: number): void {
    this.#secondsBetweenEpochs = running(this.#secondsBetweenEpochs || null, seconds);
  }

  /** The predicted seconds; null before the first step was measured. */
  secondsFor(unfrozenSteps: number, epochs: number): number | null {
    if (this.#secondsPerUnfrozenStep === null) return null;
    return unfrozenSteps * this.#secondsPerUnfrozenStep + epochs * this.#secondsBetweenEpochs;
  }
}

function running(mean: number | null, value: number): number {
  return mean === null ? value : mean + NEWEST_SHARE * (value - mean);
}
