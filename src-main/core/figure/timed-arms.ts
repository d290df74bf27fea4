import type { Interval } from '#core/analysis/statistics.ts';
import { mean, pairedInterval } from '#core/analysis/statistics.ts';
import { onStudyInputs } from '#core/data/study-inputs.ts';
import { policyLabels } from '#core/policy/policy.ts';
import type { ArmRecord, StudyRecord } from '#core/records.ts';

/** A finished run: its training time in seconds, and its test error in %. */
export interface TimedSeed {
  readonly seed: number;
  readonly runId: string;
  readonly seconds: number;
  readonly error: number;
}

/** Mean and 95 % interval (Student's t) over the seeds; no interval with one of them. */
export interface SeedMean {
  readonly mean: number;
  readonly ci: Interval | null;
}

/** An arm with what its finished runs took and what they reached. */
export interface TimedArm extends Pick<ArmRecord, 'name' | 'role' | 'of'> {
  /** What a line connects: the policies that differ in one number. Null for baselines. */
  readonly variant: string | null;
  readonly computeSaved: number;
  readonly seeds: readonly TimedSeed[];
  readonly seconds: SeedMean;
  readonly error: SeedMean;
}

const LEVEL = 0.95;

/** The arms that have a finished run on the study's data and weights. Each arm stands for itself: differences between arms are paired elsewhere. */
export function timedArms(study: StudyRecord): TimedArm[] {
  const { runs } = onStudyInputs(study);
  return study.arms.flatMap((arm) => {
    const seeds = runs.flatMap(({ arm: name, status, deleted, testError, seed, id: runId, seconds }) =>
      name === arm.name && status === 'finished' && !deleted && testError !== null && Number.isFinite(testError)
        ? [{ seed, runId, seconds: seconds.training, error: 100 * testError }]
        : [],
    );
    const seconds = seedMean(seeds.map((one) => one.seconds));
    const error = seedMean(seeds.map((one) => one.error));
    if (seconds === null || error === null) return [];
    const variant = arm.role === 'policy' ? policyLabels(arm.policy).variant : null;
    const { name, role, of, computeSaved } = arm;
    return [{ name, role, of, variant, computeSaved, seeds, seconds, error }];
  });
}

function seedMean(values: readonly number[]): SeedMean | null {
  const average = mean(values);
  return average === null ? null : { mean: average, ci: pairedInterval(values, LEVEL) };
}
