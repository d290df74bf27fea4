import { networkName } from '#core/figure/labels.ts';
import { policyName } from '#core/policy/policy.ts';
import type { RunRecord } from '#core/records.ts';

/** "cubic scaled 0.8, seed 3"; the network where no study names an arm. */
export function runTitle({ arm, seed, spec }: Pick<RunRecord, 'arm' | 'seed' | 'spec'>): string {
  return `${arm ?? `${networkName(spec.model)}, ${policyName(spec.policy)}`}, seed ${seed}`;
}
