import { networkName } from './figure/labels.ts';
import { policyName } from './policy/policy.ts';
import type { RunSpec } from './run.ts';

/** "cubic scaled 0.8": a run's arm; its network and policy where no study names an arm. */
export function nameOfRun(arm: string | null, { model, policy }: Pick<RunSpec, 'model' | 'policy'>): string {
  return arm ?? `${networkName(model)}, ${policyName(policy)}`;
}
