import type { RunDetail, RunRecord } from '#core/records.ts';
import type { RunEvent, RunEventOf } from '#core/run-event.ts';
import { epochCount, stepsOfEpoch } from './course.ts';

/** The progress of a training as a person wants to know it. Unknown values are null; the time that is left is the queue's to tell. */
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
}

interface RunningRun {
  readonly detail: RunDetail;
  /** The number of steps done. */
  step: number;
  frozenLayers: number;
  loss: number | null;
  validationError: number | null;
  msPerStep: number | null;
}

/** Follows the events of a training, run after run. */
export class FollowedTraining {
  readonly #runCount: number;
  readonly #doneBefore: number;
  readonly #order: readonly string[];
  #current: RunningRun | null = null;

  /** `runs` are in the order in which they train; `doneBefore` more runs of the study need no training. */
  constructor(runs: readonly Pick<RunRecord, 'id'>[], doneBefore: number) {
    this.#order = runs.map((run) => run.id);
    this.#doneBefore = doneBefore;
    this.#runCount = doneBefore + runs.length;
  }

  /** Has to be called before a run's first event. */
  begin(detail: RunDetail): void {
    const { frozenLayers, epoch, stepsPerEpoch, validationError } = detail;
    const step = epoch * stepsPerEpoch;
    this.#current = { detail, step, frozenLayers, loss: null, validationError, msPerStep: null };
  }

  apply(event: RunEvent): void {
    const run = this.#current;
    if (run === null || run.detail.id !== event.runId) return;
    switch (event.type) {
      case 'layer.frozen':
        run.frozenLayers = Math.max(run.frozenLayers, event.layer + 1);
        break;
      case 'layer.unfrozen':
        run.frozenLayers = Math.min(run.frozenLayers, event.layer);
        break;
      case 'step.sampled':
        run.step = event.step + 1;
        run.loss = event.loss;
        run.msPerStep = event.ms.wait + event.ms.step + event.ms.other;
        break;
      case 'epoch.finished':
        applyEpoch(run, event);
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
    };
  }
}

function applyEpoch(run: RunningRun, event: RunEventOf<'epoch.finished'>): void {
  const [start, end] = stepsOfEpoch(run.detail, event.epoch);
  run.step = end;
  // This is the mean of all steps of the epoch; a sample is only one step.
  run.msPerStep = (event.seconds.training * 1000) / (end - start);
  run.loss = event.trainLoss;
  run.validationError = event.validationError;
  run.frozenLayers = event.frozenLayers;
}
