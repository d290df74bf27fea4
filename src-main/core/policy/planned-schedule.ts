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
}

/** What a schedule depends on next to the spec. */
export type ScheduledLength = Omit<PolicyContext, 'learningRate'>;

/** The context in which a run's policy plans. */
export function policyContext({ optimizer }: ScheduledSpec, length: ScheduledLength): PolicyContext {
  return { ...length, learningRate: optimizer.learningRate };
}

/** The schedule of a run: that of its policy, with the factors of single layers. Throws a bad request where one does not fit. */
export function plannedSchedule(spec: ScheduledSpec, length: ScheduledLength): Schedule {
  const schedule = scheduleOf(spec.policy, policyContext(spec, length));
  return spec.rates === undefined ? schedule : withRates(schedule, rateFactors(spec.rates, length.layerNames));
}
