import type { Freezes } from '#core/policy/cost.ts';
import { lastingFreezes } from '#core/policy/cost.ts';
import { plannedSchedule } from '#core/policy/planned-schedule.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { FreezeRecord, RunDetail, RunRecord } from '#core/records.ts';
import type { RunEvent, RunEventOf, StepProfile } from '#core/run-event.ts';
import type { TimedSchedule } from './profile-savings.ts';
import { stepRatios, unfrozenStepsOf } from './profile-savings.ts';
import { SeenPace } from './time-left.ts';

/** The progress of a training as a person wants to know it. Unknown values are null. */
export interface Standing {
  /** The run's place among all runs of the study, from 1. */
  readonly place: number;
  readonly runCount: number;
  readonly arm: string | null;
  readonly seed: number;
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done in this run; `steps` is the number of all. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number | null;
  readonly validationError: number | null;
  readonly frozenLayers: number;
  readonly layerCount: number;
  readonly msPerStep: number | null;
  /** The time until the last of all runs has ended. */
  readonly secondsLeft: number | null;
}

interface RunningRun {
  readonly detail: RunDetail;
  timed: TimedSchedule;
  /** The number of steps done. */
  step: number;
  frozenLayers: number;
  loss: number | null;
  validationError: number | null;
  msPerStep: number | null;
}

/** Follows the events of a training, run after run. */
export class FollowedTraining {
  readonly #waiting: Map<string, RunRecord>;
  readonly #runCount: number;
  readonly #doneBefore: number;
  readonly #order: readonly string[];
  readonly #pace = new SeenPace();
  /**
   * The share that the runs of each arm save: measured by one of them, or known from its end where the policy decides
   * while training.
   */
  readonly #profileSaved = new Map<string | null, number>();
  #current: RunningRun | null = null;

  /** `runs` are in the order in which they train; `doneBefore` more runs of the study need no training. */
  constructor(runs: readonly RunRecord[], doneBefore: number) {
    this.#order = runs.map((run) => run.id);
    this.#waiting = new Map(runs.map((run) => [run.id, run]));
    this.#doneBefore = doneBefore;
    this.#runCount = doneBefore + runs.length;
  }

  /** Has to be called before a run's first event. */
  begin(detail: RunDetail): void {
    this.#waiting.delete(detail.id);
    const { frozenLayers, epoch, stepsPerEpoch, validationError } = detail;
    const step = epoch * stepsPerEpoch;
    const timed = timedRun(detail, detail.profile);
    if (detail.profileSaved !== null) this.#profileSaved.set(detail.arm, detail.profileSaved);
    this.#paceOf(detail, timed);
    this.#current = { detail, timed, step, frozenLayers, loss: null, validationError, msPerStep: null };
  }

  apply(event: RunEvent): void {
    const run = this.#current;
    if (run === null || run.detail.id !== event.runId) return;
    switch (event.type) {
      case 'run.profiled':
        run.timed = { ...timedRun(run.detail, event), freezes: run.timed.freezes };
        if (event.saved.profile !== null) this.#profileSaved.set(run.detail.arm, event.saved.profile);
        break;
      case 'layer.frozen':
        run.frozenLayers = Math.max(run.frozenLayers, event.layer + 1);
        if (!policyNeeds(run.detail.spec.policy).plans) run.timed = withFreeze(run.timed, event);
        break;
      case 'layer.unfrozen':
        run.frozenLayers = Math.min(run.frozenLayers, event.layer);
        break;
      case 'run.finished':
        if (!policyNeeds(run.detail.spec.policy).plans)
          this.#profileSaved.set(run.detail.arm, event.saved.profile ?? event.saved.compute);
        break;
      case 'step.sampled':
        this.#applySample(run, event);
        break;
      case 'epoch.finished':
        this.#applyEpoch(run, event);
        break;
      default:
    }
  }

  /** The progress now; null before the first run begins. */
  standing(): Standing | null {
    const run = this.#current;
    if (run === null) return null;
    const { detail, loss, validationError, frozenLayers, msPerStep } = run;
    const epochs = epochCount(detail);
    return {
      place: this.#doneBefore + this.#order.indexOf(detail.id) + 1,
      runCount: this.#runCount,
      arm: detail.arm,
      seed: detail.seed,
      epoch: Math.min(epochs, Math.max(1, Math.ceil(run.step / detail.stepsPerEpoch))),
      epochs,
      step: run.step,
      steps: detail.steps,
      loss,
      validationError,
      frozenLayers,
      layerCount: detail.layerCount,
      msPerStep,
      secondsLeft: this.#secondsLeft(run),
    };
  }

  #applySample(run: RunningRun, { step, loss, ms }: RunEventOf<'step.sampled'>): void {
    run.step = step + 1;
    run.loss = loss;
    run.msPerStep = ms.wait + ms.step + ms.other;
    this.#pace.stepTook(run.msPerStep / 1000, run.timed.ratioAt(run.frozenLayers));
  }

  #applyEpoch(run: RunningRun, event: RunEventOf<'epoch.finished'>): void {
    const { steps, stepsPerEpoch } = run.detail;
    run.step = Math.min(steps, event.epoch * stepsPerEpoch);
    // This is the mean of all steps of the epoch; a sample is only one step.
    run.msPerStep = (event.seconds.training * 1000) / (run.step - (event.epoch - 1) * stepsPerEpoch);
    run.loss = event.trainLoss;
    run.validationError = event.validationError;
    run.frozenLayers = event.frozenLayers;
    this.#pace.betweenEpochsTook(event.seconds.evaluation + event.seconds.checkpoint);
  }

  /** Starts from the time of earlier epochs, where a run is followed from half-way on. */
  #paceOf({ epochs, steps, stepsPerEpoch }: RunDetail, { ratioAt }: TimedSchedule): void {
    const last = epochs.at(-1);
    if (last === undefined) return;
    const { epoch, seconds, frozenLayers } = last;
    const stepsOfLast = Math.min(steps, epoch * stepsPerEpoch) - (epoch - 1) * stepsPerEpoch;
    this.#pace.stepTook(seconds.training / stepsOfLast, ratioAt(frozenLayers));
    this.#pace.betweenEpochsTook(seconds.evaluation + seconds.checkpoint);
  }

  #secondsLeft({ detail, timed, step }: RunningRun): number | null {
    const waiting = [...this.#waiting.values()];
    const stepsLater = waiting.reduce((sum, run) => sum + this.#unfrozenSteps(run), 0);
    const epochsHere = (detail.steps - step) / detail.stepsPerEpoch;
    const epochsLater = waiting.reduce((sum, run) => sum + epochCount(run), 0);
    return this.#pace.secondsFor(unfrozenStepsOf(timed, step) + stepsLater, epochsHere + epochsLater);
  }

  /** The number of unfrozen steps that last as long as the whole run: the saving counts against `epochs` whole epochs. */
  #unfrozenSteps({ spec, stepsPerEpoch, arm, profileSaved, computeSaved }: RunRecord): number {
    const saved = profileSaved ?? this.#profileSaved.get(arm) ?? computeSaved;
    return spec.epochs * stepsPerEpoch * (1 - saved);
  }
}

/** The number of epochs, with an equal-time baseline's last epoch, which is cut short. */
export function epochCount({ steps, stepsPerEpoch }: Pick<RunRecord, 'steps' | 'stepsPerEpoch'>): number {
  return Math.ceil(steps / stepsPerEpoch);
}

/** The schedule with step ratios from the profile, or from the cost model where nothing is measured. */
function timedRun(run: RunDetail, profile: StepProfile | null): TimedSchedule {
  const macs = run.layers.map((layer) => layer.macs);
  return { ratioAt: stepRatios(profile, macs), freezes: freezesOf(run), steps: run.steps };
}

/** The planned freezes. A policy that decides while training is assumed to freeze nothing more. */
function freezesOf({ spec, layers, steps, stepsPerEpoch, freezes }: RunDetail): Freezes {
  if (policyNeeds(spec.policy).plans)
    return plannedSchedule(spec, { layerNames: layers.map(({ name }) => name), steps, stepsPerEpoch });
  const frozen = new Map(freezes.map(({ layer, step }) => [layer, step]));
  return lastingFreezes(layers.map((_, layer) => frozen.get(layer) ?? null));
}

function withFreeze(timed: TimedSchedule, { layer, step }: Pick<FreezeRecord, 'layer' | 'step'>): TimedSchedule {
  return { ...timed, freezes: lastingFreezes(timed.freezes.freezeSteps.with(layer, step)) };
}
