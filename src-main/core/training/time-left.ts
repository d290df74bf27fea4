import { freezePhases, stepCost } from '#core/policy/cost.ts';
import type { Schedule } from '#core/policy/schedule.ts';

/** A run that trains, as far as its time is concerned. */
export interface TimedRun {
  /** Multiply-adds of each layer. */
  readonly macs: readonly number[];
  readonly schedule: Schedule;
  readonly steps: number;
}

/** How much of a new measurement enters the running mean: about the last six count. */
const NEWEST_SHARE = 0.3;

/**
 * What the machine was seen to take, in recent steps and between them. Steps are measured a multiply-add of the cost
 * model, so that what is seen at one freeze depth foretells the cheaper steps after the next freezes.
 */
export class Pace {
  #secondsPerMultiplyAdd: number | null = null;
  #secondsBetweenEpochs = 0;

  stepTook(seconds: number, multiplyAdds: number): void {
    this.#secondsPerMultiplyAdd = running(this.#secondsPerMultiplyAdd, seconds / multiplyAdds);
  }

  /** Evaluation and checkpoint. */
  betweenEpochsTook(seconds: number): void {
    this.#secondsBetweenEpochs = running(this.#secondsBetweenEpochs || null, seconds);
  }

  /** Null before the first step was measured. */
  secondsFor(multiplyAdds: number, epochs: number): number | null {
    if (this.#secondsPerMultiplyAdd === null) return null;
    return multiplyAdds * this.#secondsPerMultiplyAdd + epochs * this.#secondsBetweenEpochs;
  }
}

/** Multiply-adds of the steps from `firstStep` to the run's end, of one image: sum_j cost(k(j)). */
export function remainingCost({ macs, schedule, steps }: TimedRun, firstStep: number): number {
  return freezePhases(schedule, steps).reduce((sum, phase) => {
    const remaining = Math.max(0, phase.firstStep + phase.length - Math.max(firstStep, phase.firstStep));
    return sum + remaining * stepCost(macs, phase.frozenLayers);
  }, 0);
}

function running(mean: number | null, value: number): number {
  return mean === null ? value : mean + NEWEST_SHARE * (value - mean);
}
