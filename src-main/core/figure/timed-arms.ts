import { LEVEL, pairArms } from '#core/analysis/paired-runs.ts';
import { countRounding, roundingOfMean } from '#core/analysis/rounding.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import { mean, pairedInterval } from '#core/analysis/statistics.ts';
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

/** The arms that have a run which counts. Each arm stands for itself: differences between arms are paired elsewhere. */
export function timedArms(study: StudyRecord): TimedArm[] {
  return pairArms(study).flatMap(({ record, runs }) => {
    const seeds = runs.map(
      ({ seed, id: runId, trainingSeconds: seconds, testError }): TimedSeed => ({
        seed,
        runId,
        seconds,
        error: 100 * testError,
      }),
    );
    const seconds = seedMean(
      seeds.map((one) => one.seconds),
      0,
    );
    const error = seedMean(
      seeds.map((one) => one.error),
      roundingOfMean(runs.map(countRounding)),
    );
    if (seconds === null || error === null) return [];
    const { name, role, of, policy, computeSaved } = record;
    const variant = role === 'policy' ? policyLabels(policy).variant : null;
    return [{ name, role, of, variant, computeSaved, seeds, seconds, error }];
  });
}

function seedMean(values: readonly number[], rounding: number): SeedMean | null {
  const average = mean(values);
  return average === null ? null : { mean: average, ci: pairedInterval(values, LEVEL, rounding) };
}
