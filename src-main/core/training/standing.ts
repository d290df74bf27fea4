import { stepCost } from '#core/policy/cost.ts';
import { scheduleOf } from '#core/policy/policy.ts';
import type { RunDetail, RunRecord } from '#core/records.ts';
import type { RunEvent, RunEventOf } from '#core/run-event.ts';
import type { TimedRun } from './time-left.ts';
import { Pace, remainingCost } from './time-left.ts';

/** Where a training stands, as a person wants to know it. What is not known yet is null. */
export interface Standing {
  /** The run's place among all of the study, from 1. */
  readonly place: number;
  readonly runCount: number;
  readonly arm: string | null;
  readonly seed: number;
  readonly epoch: number;
  readonly epochs: number;
  /** Steps of this run that are done, and that it has. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number | null;
  readonly validationError: number | null;
  readonly frozenLayers: number;
  readonly layerCount: number;
  readonly msPerStep: number | null;
  /** Of all runs that are to train. */
  readonly secondsLeft: number | null;
}

interface RunningRun {
  readonly detail: RunDetail;
  readonly timed: TimedRun;
  /** Steps done. */
  step: number;
  frozenLayers: number;
  loss: number | null;
  validationError: number | null;
  msPerStep: number | null;
}

/** Follows the events of a training, run after run. */
export class TrainingProgress {
  readonly #waiting: Map<string, RunRecord>;
  readonly #runCount: number;
  readonly #doneBefore: number;
  readonly #order: readonly string[];
  readonly #pace = new Pace();
  #current: RunningRun | null = null;

  /** `runs` in the order in which they train; `doneBefore` of the same study need no training. */
  constructor(runs: readonly RunRecord[], doneBefore: number) {
    this.#order = runs.map((run) => run.id);
    this.#waiting = new Map(runs.map((run) => [run.id, run]));
    this.#doneBefore = doneBefore;
    this.#runCount = doneBefore + runs.length;
  }

  /** Before a run's first event. */
  begin(detail: RunDetail): void {
    this.#waiting.delete(detail.id);
    const { frozenLayers, epoch, stepsPerEpoch, validationError } = detail;
    const step = epoch * stepsPerEpoch;
    const timed = timedRun(detail);
    this.#paceOf(detail, timed);
    this.#current = { detail, timed, step, frozenLayers, loss: null, validationError, msPerStep: null };
  }

  apply(event: RunEvent): void {
    const run = this.#current;
    if (run === null || run.detail.id !== event.runId) return;
    switch (event.type) {
      case 'layer.frozen':
        run.frozenLayers = Math.max(run.frozenLayers, event.layer + 1);
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

  /** Null before the first run begins. */
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
    this.#pace.stepTook(run.msPerStep / 1000, stepCost(run.timed.macs, run.frozenLayers));
  }

  #applyEpoch(run: RunningRun, event: RunEventOf<'epoch.finished'>): void {
    const { steps, stepsPerEpoch } = run.detail;
    run.step = Math.min(steps, event.epoch * stepsPerEpoch);
    // Of all its steps, where a sample is one of them.
    run.msPerStep = (event.seconds.training * 1000) / (run.step - (event.epoch - 1) * stepsPerEpoch);
    run.loss = event.trainLoss;
    run.validationError = event.validationError;
    run.frozenLayers = event.frozenLayers;
    this.#pace.betweenEpochsTook(event.seconds.evaluation + event.seconds.checkpoint);
  }

  /** What earlier epochs of the run took, for who begins to watch in its midst. */
  #paceOf({ epochs, steps, stepsPerEpoch }: RunDetail, { macs }: TimedRun): void {
    const last = epochs.at(-1);
    if (last === undefined) return;
    const { epoch, seconds, frozenLayers } = last;
    const stepsOfLast = Math.min(steps, epoch * stepsPerEpoch) - (epoch - 1) * stepsPerEpoch;
    this.#pace.stepTook(seconds.training / stepsOfLast, stepCost(macs, frozenLayers));
    this.#pace.betweenEpochsTook(seconds.evaluation + seconds.checkpoint);
  }

  #secondsLeft({ detail, timed, step }: RunningRun): number | null {
    const waiting = [...this.#waiting.values()];
    const unfrozenCost = stepCost(timed.macs, 0);
    const laterCost = waiting.reduce((sum, run) => sum + wholeSteps(run) * unfrozenCost, 0);
    const epochsHere = (detail.steps - step) / detail.stepsPerEpoch;
    const epochsLater = waiting.reduce((sum, run) => sum + epochCount(run), 0);
    return this.#pace.secondsFor(remainingCost(timed, step) + laterCost, epochsHere + epochsLater);
  }
}

/** The last epoch of an equal-time baseline is cut short, and counts. */
export function epochCount({ steps, stepsPerEpoch }: Pick<RunRecord, 'steps' | 'stepsPerEpoch'>): number {
  return Math.ceil(steps / stepsPerEpoch);
}

/** Steps of the unfrozen network that a run costs as much as: its compute saved counts against `epochs` whole epochs. */
function wholeSteps({ spec, stepsPerEpoch, computeSaved }: RunRecord): number {
  return spec.epochs * stepsPerEpoch * (1 - computeSaved);
}

function timedRun({ spec, layers, steps }: RunDetail): TimedRun {
  const { learningRate } = spec.optimizer;
  return {
    macs: layers.map((layer) => layer.macs),
    schedule: scheduleOf(spec.policy, { layerCount: layers.length, learningRate, steps }),
    steps,
  };
}
