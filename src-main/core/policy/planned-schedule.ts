import type { Policy } from './policy.ts';
import { scheduleOf } from './policy.ts';
import type { PolicyContext } from './policy-context.ts';
import type { Rates } from './rates.ts';
import { rateFactors, withRates } from './rates.ts';
import type { Schedule } from './schedule.ts';

/** The part of a run's spec that its schedule follows from. */
export interface ScheduledSpec {
  readonly policy: Policy;
  readonly optimizer: { readonly learningRate: number };
  readonly rates?: Rates | undefined;
  readonly warmupEpochs?: number | undefined;
}

/** What a schedule depends on next to the spec. */
export type ScheduledLength = Omit<PolicyContext, 'learningRate' | 'warmupSteps'>;

/** The context in which a run's policy plans. */
export function policyContext({ optimizer, warmupEpochs = 0 }: ScheduledSpec, length: ScheduledLength): PolicyContext {
  return { ...length, learningRate: optimizer.learningRate, warmupSteps: warmupEpochs * length.stepsPerEpoch };
}

/** The schedule of a run: that of its policy, with the factors of single layers. Throws a bad request where one does not fit. */
export function plannedSchedule(spec: ScheduledSpec, length: ScheduledLength): Schedule {
  const schedule = scheduleOf(spec.policy, policyContext(spec, length));
  return spec.rates === undefined ? schedule : withRates(schedule, rateFactors(spec.rates, length.layerNames));
}
