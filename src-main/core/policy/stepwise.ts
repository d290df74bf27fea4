import { z } from 'zod';
import type { PolicyContext } from './policy-context.ts';
import type { Schedule } from './schedule.ts';
import { commonCosine } from './schedule.ts';

/**
 * What MosaicML Composer's `LayerFreezing` does: at epoch ends a growing share of the layers freezes, at whatever rate they
 * then have. Defaults are Composer's. Deviations from it: layers are ours, in the order of the forward pass, where Composer
 * counts single modules in the order of ownership; and frozen layers run in evaluation mode, where Composer's batch norms go
 * on updating their statistics.
 */
export const stepwiseSchema = z.strictObject({
  kind: z.literal('stepwise'),
  /** Share of the run before the first layer can freeze. */
  start: z.number().min(0).lt(1, 'must be at least 0 and below 1').default(0.5),
  /** Share of the layers before the head that are frozen at the run's end. */
  level: z.number().gt(0, 'must be above 0 and at most 1').max(1, 'must be above 0 and at most 1').default(1),
});

export type StepwisePolicy = z.infer<typeof stepwiseSchema>;

/** Decimals are not exact in doubles: what is a whole number of layers on paper must not fall below it. */
const ROUNDING = 1e-9;

/** After epoch e of E, floor(level max(0, (e/E - start) / (1 - start)) N) layers are frozen, N being the head's index. */
export function frozenAfterEpoch({ start, level }: StepwisePolicy, elapsed: number, head: number): number {
  const share = level * Math.max(0, (elapsed - start) / (1 - start));
  return Math.floor(share * head + ROUNDING);
}

export function stepwiseSchedule(policy: StepwisePolicy, context: PolicyContext): Schedule {
  const { layerCount, learningRate, steps, stepsPerEpoch } = context;
  const head = layerCount - 1;
  const freezeSteps = new Array<number>(layerCount).fill(Number.POSITIVE_INFINITY);
  for (let step = stepsPerEpoch; step < steps; step += stepsPerEpoch) {
    const frozen = frozenAfterEpoch(policy, step / steps, head);
    for (let layer = 0; layer < frozen; layer++) freezeSteps[layer] = Math.min(freezeSteps[layer], step);
  }
  return commonCosine({ freezeSteps, learningRate, steps });
}

export function stepwiseName({ start, level }: StepwisePolicy): string {
  return `stepwise ${start} to ${level}`;
}
