import type { PolicyDecision } from '#core/policy/policy-kind.ts';
import type { PhaseSeconds, StepProfile } from '#core/run-event.ts';
import type { BestEpoch } from './early-end.ts';

/** What a policy that decides while training has seen and done; unchanged from the start where the policy plans. */
export interface AdaptiveState {
  /** The step at which each of the frozen layers froze. */
  readonly freezeSteps: readonly number[];
  /** The step times that were measured before the first step; what was saved follows from them at the end of the run. */
  readonly profile: StepProfile | null;
  /** Mean training loss of the last complete epoch, where the policy asks for it. */
  readonly loss?: number | undefined;
  /** What the policy keeps from decision to decision, under its own names: its `Decisions.kept` reads it. */
  readonly [kept: string]: unknown;
}

/** The state of a run between two steps: with weights and the optimizer's state, all that is needed to continue exactly. */
export interface TrainingState {
  /** The number of steps done, which is also the number of the next step. */
  readonly step: number;
  readonly frozenLayers: number;
  /** The sum of the losses of the epoch so far, added in the order of the steps, as it was last noted. */
  readonly epochLoss: { readonly sum: number; readonly count: number };
  /** Active seconds of the whole run, without pauses and without work that a crash has undone. */
  readonly seconds: PhaseSeconds;
  readonly epochSeconds: PhaseSeconds;
  readonly adaptive: AdaptiveState;
  /** Null before the first epoch has ended, and in a run without an early end. */
  readonly best: BestEpoch | null;
}

export const NO_DECISIONS: AdaptiveState = { freezeSteps: [], profile: null };
const NO_SECONDS: PhaseSeconds = { training: 0, evaluation: 0, checkpoint: 0 };
const NO_LOSS = { sum: 0, count: 0 };

export const FIRST_STATE: TrainingState = {
  step: 0,
  frozenLayers: 0,
  epochLoss: NO_LOSS,
  seconds: NO_SECONDS,
  epochSeconds: NO_SECONDS,
  adaptive: NO_DECISIONS,
  best: null,
};

/** Keeps count while a run trains, and splits its active time into phases. */
export class Progress {
  #state: TrainingState;
  #lapStart: number;
  #savedStep: number | null;
  readonly #monotonicMs: () => number;

  /** `state` is the first state or a checkpoint's. Time counts from here on; `monotonicMs` never goes back. */
  constructor(state: TrainingState, monotonicMs: () => number) {
    this.#state = state;
    this.#savedStep = state === FIRST_STATE ? null : state.step;
    this.#monotonicMs = monotonicMs;
    this.#lapStart = monotonicMs();
  }

  get state(): TrainingState {
    return this.#state;
  }

  /** The mean loss over the steps of the epoch so far. */
  get trainLoss(): number {
    return this.#state.epochLoss.sum / this.#state.epochLoss.count;
  }

  /** Whether all noted losses are finite: a sum with one that is not finite is not finite either. */
  get areLossesFinite(): boolean {
    return Number.isFinite(this.#state.epochLoss.sum);
  }

  /** Whether there is a checkpoint of this very state. */
  get isSaved(): boolean {
    return this.#savedStep === this.#state.step;
  }

  /** Counts the time since the last lap as `phase`; returns it, in ms. */
  lap(phase: keyof PhaseSeconds): number {
    const now = this.#monotonicMs();
    const elapsedMs = now - this.#lapStart;
    this.#lapStart = now;
    const seconds = addSeconds(this.#state.seconds, phase, elapsedMs);
    this.#state = { ...this.#state, seconds, epochSeconds: addSeconds(this.#state.epochSeconds, phase, elapsedMs) };
    return elapsedMs;
  }

  noteBest(best: BestEpoch): void {
    this.#state = { ...this.#state, best };
  }

  freeze(frozenLayers: number): void {
    this.#state = { ...this.#state, frozenLayers };
  }

  /** Records the decision of the policy before this step; `freeze` follows. */
  noteDecision({ frozenLayers, kept }: PolicyDecision<object>): void {
    const { adaptive, step } = this.#state;
    const { length } = adaptive.freezeSteps;
    const freezeSteps = [...adaptive.freezeSteps, ...new Array<number>(frozenLayers - length).fill(step)];
    this.#state = { ...this.#state, adaptive: { ...adaptive, ...kept, freezeSteps } };
  }

  /** Keeps the profile of a run whose policy decides while training. */
  noteProfile(profile: StepProfile): void {
    this.#state = { ...this.#state, adaptive: { ...this.#state.adaptive, profile } };
  }

  /** Records the mean loss of the epoch that has ended, for a policy that asks for it. Called before `beginEpoch`. */
  noteEpochLoss(): void {
    this.#state = { ...this.#state, adaptive: { ...this.#state.adaptive, loss: this.trainLoss } };
  }

  finishStep(): void {
    const { epochLoss, step } = this.#state;
    this.#state = { ...this.#state, step: step + 1, epochLoss: { ...epochLoss, count: epochLoss.count + 1 } };
  }

  /** Keeps the sum of the losses of the epoch's steps so far. */
  noteLosses(sum: number): void {
    this.#state = { ...this.#state, epochLoss: { ...this.#state.epochLoss, sum } };
  }

  markSaved(): void {
    this.#savedStep = this.#state.step;
  }

  beginEpoch(): void {
    this.#state = { ...this.#state, epochLoss: NO_LOSS, epochSeconds: NO_SECONDS };
  }
}

function addSeconds(seconds: PhaseSeconds, phase: keyof PhaseSeconds, elapsedMs: number): PhaseSeconds {
  return { ...seconds, [phase]: seconds[phase] + elapsedMs / 1000 };
}
