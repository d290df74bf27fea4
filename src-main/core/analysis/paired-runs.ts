import { onStudyInputs } from '#core/data/study-inputs.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { ArmRecord } from '#core/records.ts';
import type { ComparedArm, ComparisonPoint } from './compared-arm.ts';
import { mean, pairedInterval } from './statistics.ts';
import type { ComparedRun, StudyToCompare } from './study-to-compare.ts';

/** The confidence level of every interval, and of the one-sided bound of the non-inferiority test. */
export const LEVEL = 0.95;

/** A run that counts, with the numbers that are compared. */
export interface FinishedRun {
  readonly id: string;
  readonly seed: number;
  readonly testError: number;
  readonly trainingSeconds: number;
  readonly computeSaved: number;
  readonly profileSaved: number | null;
}

/** An arm's finished runs in the order of the study's seeds, and a point for each that has a partner in the baseline. */
export interface PairedArm {
  readonly record: ArmRecord;
  readonly runs: readonly FinishedRun[];
  readonly points: readonly ComparisonPoint[];
}

/** The baseline first, then each policy followed by its equal-time arm. Runs on other data, or from other weights, than the study's are left out. */
export function pairArms(compared: StudyToCompare): PairedArm[] {
  const study = onStudyInputs<ComparedRun, StudyToCompare>(compared);
  const records = inOrder(study.arms);
  const baseline = records.find((arm) => arm.role === 'baseline');
  const baselineRuns = baseline ? finishedRuns(study, baseline) : [];
  return records.map((record) => {
    const runs = finishedRuns(study, record);
    return { record, runs, points: pairBySeed(runs, baselineRuns, pairOf) };
  });
}

function inOrder(arms: readonly ArmRecord[]): ArmRecord[] {
  const withRole = (role: ArmRecord['role']) => arms.filter((arm) => arm.role === role);
  const policies = withRole('policy').flatMap((policy) => [policy, ...arms.filter((arm) => arm.of === policy.name)]);
  return [...withRole('baseline'), ...policies];
}

function finishedRuns(study: StudyToCompare, arm: ArmRecord): FinishedRun[] {
  return study.seeds.flatMap((seed) => {
    const run = study.runs.find((one) => one.arm === arm.name && one.seed === seed && counts(one));
    if (!run || run.testError === null) return [];
    return [
      {
        id: run.id,
        seed,
        testError: run.testError,
        trainingSeconds: run.seconds.training,
        computeSaved: run.computeSaved,
        profileSaved: run.profileSaved,
      },
    ];
  });
}

function counts(run: ComparedRun): boolean {
  return run.status === 'finished' && !run.deleted && run.testError !== null;
}

/** Applies `pair` to each run that has a partner with its seed among the others. */
export function pairBySeed<Pair>(
  runs: readonly FinishedRun[],
  others: readonly FinishedRun[],
  pair: (run: FinishedRun, partner: FinishedRun) => Pair,
): Pair[] {
  return runs.flatMap((run) => {
    const partner = others.find((other) => other.seed === run.seed);
    return partner ? [pair(run, partner)] : [];
  });
}

function pairOf(run: FinishedRun, baseline: FinishedRun): ComparisonPoint {
  const { testError } = baseline;
  return {
    seed: run.seed,
    runId: run.id,
    wall: savedAgainst(run, baseline),
    profile: run.profileSaved,
    errorDelta: errorDeltaTo(run, baseline),
    relativeErrorIncrease: testError === 0 ? null : (run.testError - testError) / testError,
  };
}

/** The share of the other run's training time that this one saves; null where the other took none. */
export function savedAgainst(run: FinishedRun, other: FinishedRun): number | null {
  return other.trainingSeconds === 0 ? null : 1 - run.trainingSeconds / other.trainingSeconds;
}

/** The error of this run minus that of the other, in points. */
export function errorDeltaTo(run: FinishedRun, other: FinishedRun): number {
  return 100 * (run.testError - other.testError);
}

/** The measures that are compared with the baseline, one number a seed. */
export function differencesOf({ runs, points }: PairedArm) {
  return {
    wall: points.map((point) => point.wall),
    profile: runs.map((run) => run.profileSaved),
    errorDelta: points.map((point) => point.errorDelta),
    relativeErrorIncrease: points.map((point) => point.relativeErrorIncrease),
  };
}

export type Measure = keyof ReturnType<typeof differencesOf>;
export type ArmEstimate = Omit<ComparedArm, Tested>;
type Tested = 'tests' | 'nonInferiority' | 'againstEqualTime' | 'front' | 'onFront' | 'frontShare';

/** The planned share; for a policy that decides while training, the mean over its finished runs once there is one. */
function computeSavedBy({ record, runs }: PairedArm): number {
  if (policyNeeds(record.policy).plans) return record.computeSaved;
  return mean(runs.map((run) => run.computeSaved)) ?? record.computeSaved;
}

/** The means and intervals of an arm. */
export function estimateArm(arm: PairedArm): ArmEstimate {
  const { name, role, of, policy } = arm.record;
  const { wall, profile, errorDelta, relativeErrorIncrease } = differencesOf(arm);
  return {
    name,
    role,
    of,
    policy,
    seeds: arm.runs.map((run) => run.seed),
    saved: { compute: computeSavedBy(arm), profile: mean(profile), wall: mean(wall) },
    testError: mean(arm.runs.map((run) => run.testError)),
    errorDelta: mean(errorDelta),
    relativeErrorIncrease: mean(relativeErrorIncrease),
    ci: {
      level: LEVEL,
      wall: pairedInterval(wall, LEVEL),
      profile: pairedInterval(profile, LEVEL),
      errorDelta: pairedInterval(errorDelta, LEVEL),
      relativeErrorIncrease: pairedInterval(relativeErrorIncrease, LEVEL),
    },
    points: [...arm.points],
  };
}
