import { policyName, scheduleOf } from '#core/policy/policy.ts';
import type { Schedule } from '#core/policy/schedule.ts';
import type { RunDetail } from '#core/records.ts';
import { runCaption } from './caption.ts';

/** The facts from which figures of one run's layers are drawn. */
export interface LayerStory {
  readonly run: RunDetail;
  readonly schedule: Schedule;
  /** The step at which each layer ends training: its freeze once that has happened, else the planned one, else the run's end. */
  readonly endSteps: readonly number[];
  /** Number of steps done; null once the run is finished. */
  readonly currentStep: number | null;
}

export function layerStory(run: RunDetail): LayerStory {
  const { spec, steps, stepsPerEpoch } = run;
  const layerCount = run.layers.length === 0 ? run.layerCount : run.layers.length;
  const { learningRate } = spec.optimizer;
  const schedule = scheduleOf(spec.policy, { layerCount, learningRate, steps, stepsPerEpoch });
  const frozenAt = new Map(run.freezes.map((freeze) => [freeze.layer, freeze.step]));
  return {
    run,
    schedule,
    endSteps: schedule.freezeSteps.map((planned, layer) => frozenAt.get(layer) ?? planned ?? steps),
    currentStep: run.status === 'finished' ? null : Math.min(steps, run.epoch * stepsPerEpoch),
  };
}

/** The name of a layer; its number while the run has not begun. */
export function layerName({ layers }: RunDetail, layer: number): string {
  return layers[layer]?.name ?? `layer ${layer}`;
}

export function storyTitle({ run }: LayerStory): string {
  return runCaption(run, policyName(run.spec.policy));
}
