import { policyKindOf } from '#core/policy/policy.ts';
import type { MethodsFacts, MethodsParagraph } from './methods-facts.ts';

/** What all policies share, then each with its formula and numbers. */
export function policyMethods({ study }: MethodsFacts): MethodsParagraph[] {
  const policies = study.arms.filter((arm) => arm.role === 'policy');
  const shared = [
    'Layers i = 0 (stem) to N (head), steps j = 0, 1, … S - 1; the head always trains.',
    ...new Set(policies.flatMap(({ policy }) => policyKindOf(policy).sharedMethods ?? [])),
    'The baseline has r_i = 1 for every layer: one cosine over S, nothing freezes.',
    'A frozen layer runs in evaluation mode (running statistics, no dropout), outside the backward pass, without update, weight decay or momentum.',
  ];
  return [
    { title: 'Schedules', text: shared.join(' ') },
    ...policies.map(({ name, policy }) => ({ title: `Policy ${name}`, text: policyKindOf(policy).methods(policy) })),
  ];
}
