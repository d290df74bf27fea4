/** How much of a new measurement enters the running mean: about the last six count. */
const NEWEST_SHARE = 0.3;

/**
 * What the machine was seen to take, in recent steps and between them. Steps are counted in unfrozen ones, so that what is
 * seen at one freeze depth predicts the cheaper steps after the next freezes.
 */
export class SeenPace {
  #secondsPerUnfrozenStep: number | null = null;
  #secondsBetweenEpochs = 0;

  /** Takes in a step; `ratio` is that of its time to the unfrozen step's. */
  stepTook(seconds: number, ratio: number): void {
    this.#secondsPerUnfrozenStep = running(this.#secondsPerUnfrozenStep, seconds / ratio);
  }

  /** Takes in the seconds of an evaluation and a checkpoint. */
  betweenEpochsTook(seconds: number): void {
    this.#secondsBetweenEpochs = running(this.#secondsBetweenEpochs || null, seconds);
  }

  /** Null before the first step was measured. */
  secondsFor(unfrozenSteps: number, epochs: number): number | null {
    if (this.#secondsPerUnfrozenStep === null) return null;
    return unfrozenSteps * this.#secondsPerUnfrozenStep + epochs * this.#secondsBetweenEpochs;
  }
}

function running(mean: number | null, value: number): number {
  return mean === null ? value : mean + NEWEST_SHARE * (value - mean);
}
