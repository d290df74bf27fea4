import { plannedSchedule, policyContext } from '#core/policy/planned-schedule.ts';
import { policyName } from '#core/policy/policy.ts';
import type { Schedule } from '#core/policy/schedule.ts';
import { neverFreezing } from '#core/policy/schedule.ts';
import type { FreezeRecord, RunDetail } from '#core/records.ts';
import { runCaption } from './caption.ts';

/** Steps from .. to-1. */
export interface StepSpan {
  readonly from: number;
  readonly to: number;
}

/** The facts from which figures of one run's layers are drawn. */
export interface LayerStory {
  readonly run: RunDetail;
  readonly schedule: Schedule;
  /** The steps in which each layer is frozen: as it happened, else as planned; null for a layer that is never frozen. */
  readonly frozen: readonly (StepSpan | null)[];
  /** Number of steps done; null once the run is finished. */
  readonly currentStep: number | null;
}

export function layerStory(run: RunDetail): LayerStory {
  const { spec, steps, stepsPerEpoch } = run;
  const length = { layerNames: run.layers.map(({ name }) => name), steps, stepsPerEpoch };
  // A run that has not begun has no layers yet, which a policy or factors of rates may name or count.
  const schedule = run.layers.length === 0 ? neverFreezing(policyContext(spec, length)) : plannedSchedule(spec, length);
  const [frozenAt, unfrozenAt] = [stepsByLayer(run.freezes), stepsByLayer(run.unfreezes)];
  return {
    run,
    schedule,
    frozen: run.layers.map((_, layer) => {
      const from = frozenAt.get(layer) ?? schedule.freezeSteps[layer];
      return from === null ? null : { from, to: unfrozenAt.get(layer) ?? schedule.unfreezeSteps[layer] ?? steps };
    }),
    currentStep: run.status === 'finished' ? null : Math.min(steps, run.epoch * stepsPerEpoch),
  };
}

/** The steps of freezes, or of unfreezes, by layer. */
export function stepsByLayer(records: readonly FreezeRecord[]): ReadonlyMap<number, number> {
  return new Map(records.map(({ layer, step }) => [layer, step]));
}

/** The steps in which a layer trains, in order: before it is frozen, and after. */
export function trainedSpans({ frozen, run: { steps } }: LayerStory, layer: number): readonly StepSpan[] {
  const span = frozen[layer];
  if (span === null) return [{ from: 0, to: steps }];
  return [
    { from: 0, to: span.from },
    { from: span.to, to: steps },
  ].filter(({ from, to }) => from < to);
}

/** The name of a layer; its number while the run has not begun. */
export function layerName({ layers }: RunDetail, layer: number): string {
  return layers[layer]?.name ?? `layer ${layer}`;
}

export function storyTitle({ run }: LayerStory): string {
  return runCaption(run, policyName(run.spec.policy));
}
