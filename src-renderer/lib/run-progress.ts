import { UNKNOWN } from '#core/analysis/quantity.ts';
import type { RunDetail } from '#core/records.ts';
import { epochCount } from '#core/training/course.ts';
import type { Standing } from '#core/training/standing.ts';
import { timeLeft } from './format.ts';

/** How far a run is, whether it trains or not. */
export interface RunProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  /** The share of its steps that are done. */
  readonly share: number;
  readonly frozenLayers: number;
  readonly loss: number | null;
  readonly validationError: number | null;
}

export function runProgress(run: RunDetail, standing: Standing | null): RunProgress {
  if (standing !== null) return { ...standing, share: standing.step / standing.steps };
  // Work after the last epoch is undone by a resume unless a checkpoint kept it.
  const step = Math.min(run.steps, Math.max(run.epoch * run.stepsPerEpoch, run.checkpoints.at(-1)?.step ?? 0));
  return {
    epoch: run.epoch,
    epochs: epochCount(run),
    step,
    share: step / run.steps,
    frozenLayers: run.frozenLayers,
    loss: run.epochs.at(-1)?.trainLoss ?? null,
    validationError: run.validationError,
  };
}

/** "39 min", "less than a minute": under a title that says of what. */
export function leftText(seconds: number | null): string {
  return seconds === null ? UNKNOWN : timeLeft(seconds).replace(/ left$/, '');
}
