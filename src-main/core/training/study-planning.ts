import type { DatasetInfo } from '#core/data/image-set.ts';
import { equalTimeSteps } from '#core/policy/cost.ts';
import type { Policy } from '#core/policy/policy.ts';
import type { ArmRecord } from '#core/records.ts';
import type { BaseSpec } from '#core/run.ts';
import type { ArmPlan } from '#core/study.ts';
import { runSpecOf } from '#core/study.ts';
import { planRun } from './run-planning.ts';

/**
 * An equal-time arm gets S' from what its policy saves: measured, where a run of the policy arm has finished (`profileSaved`),
 * else predicted, until the store replaces it by what that arm's first run measures. Throws a bad request where counts, network
 * and images do not fit each other.
 */
export function planArm(
  base: BaseSpec,
  { name, role, of, policy, ofPolicy }: ArmPlan,
  images: DatasetInfo,
  profileSaved: number | null = null,
): ArmRecord {
  const plan = (choice: Policy, steps: number | null) =>
    planRun(runSpecOf(base, { policy: choice }, { seed: 1, steps }), images);
  const whole = plan(policy, null);
  if (ofPolicy === null) {
    return { name, role, of, policy, steps: whole.steps, stepsFrom: null, computeSaved: whole.computeSaved };
  }
  const steps = equalTimeSteps(whole.steps, profileSaved ?? plan(ofPolicy, null).computeSaved);
  const { computeSaved } = plan(policy, steps);
  return { name, role, of, policy, steps, stepsFrom: profileSaved === null ? 'compute' : 'profile', computeSaved };
}
