import { onStudyInputs } from '#core/data/study-inputs.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { ArmRecord } from '#core/records.ts';
import type { ComparedArm, ComparisonPoint } from './compared-arm.ts';
import type { RunEnergy } from './energy.ts';
import { clockStep, errorRounding, relativeRounding, roundingOfMean, savedRounding } from './rounding.ts';
import type { Interval, RoundedDifferences } from './statistics.ts';
import { mean, pairedInterval } from './statistics.ts';
import type { ComparedRun, StudyToCompare } from './study-to-compare.ts';

/** The confidence level of every interval, and of the one-sided bound of the non-inferiority test. */
export const LEVEL = 0.95;

/** A run that counts, with the numbers that are compared. */
export interface FinishedRun {
  readonly id: string;
  readonly seed: number;
  readonly testError: number;
  readonly testImages: number;
  readonly trainingSeconds: number;
  readonly computeSaved: number;
  readonly profileSaved: number | null;
  readonly energy: RunEnergy | null;
}

/** An arm's finished runs in the order of the study's seeds, and a point for each that has a partner in the baseline. */
export interface PairedArm {
  readonly record: ArmRecord;
  readonly runs: readonly FinishedRun[];
  readonly points: readonly ComparisonPoint[];
  /** What the rounding of counts and clock alone gives to the means over these points. */
  readonly rounding: ComparedArm['rounding'];
}

/** The baseline first, then each policy followed by its equal-time arm. Runs on other data, or from other weights, than the study's are left out. */
export function pairArms(compared: StudyToCompare): PairedArm[] {
  const study = onStudyInputs<ComparedRun, StudyToCompare>(compared);
  const records = inOrder(study.arms);
  const baseline = records.find((arm) => arm.role === 'baseline');
  const finished = records.map((record) => finishedRuns(study, record));
  const baselineRuns = baseline ? finished[records.indexOf(baseline)] : [];
  const step = clockStep(finished.flat().map((run) => run.trainingSeconds));
  return records.map((record, index) => {
    const runs = finished[index];
    const points = pairBySeed(runs, baselineRuns, pairOf);
    // The baseline differs from itself by nothing.
    const rounding = record === baseline ? NO_ROUNDING : roundingOf(runs, baselineRuns, step);
    return { record, runs, points, rounding };
  });
}

const NO_ROUNDING: PairedArm['rounding'] = { wall: 0, errorDelta: 0, relativeErrorIncrease: 0 };

function roundingOf(
  runs: readonly FinishedRun[],
  partners: readonly FinishedRun[],
  step: number,
): PairedArm['rounding'] {
  const over = (variance: (run: FinishedRun, partner: FinishedRun) => number) =>
    roundingOfMean(pairBySeed(runs, partners, variance));
  return {
    wall: over((run, partner) => savedRounding(run.trainingSeconds, partner.trainingSeconds, step)),
    errorDelta: over(errorRounding),
    relativeErrorIncrease: over(relativeRounding),
  };
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
        testImages: run.spec.test,
        trainingSeconds: run.seconds.training,
        computeSaved: run.computeSaved,
        profileSaved: run.profileSaved,
        energy: run.energy ?? null,
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

export type Measure = 'wall' | 'profile' | 'errorDelta' | 'relativeErrorIncrease';

/** The measures that are compared with the baseline, one number a seed. The profile is a median of many times, with no step of its own. */
export function differencesOf({ runs, points, rounding }: PairedArm): Readonly<Record<Measure, RoundedDifferences>> {
  const of = (measure: keyof PairedArm['rounding']): RoundedDifferences => {
    return { values: points.map((point) => point[measure]), rounding: rounding[measure] };
  };
  return {
    wall: of('wall'),
    profile: { values: runs.map((run) => run.profileSaved), rounding: 0 },
    errorDelta: of('errorDelta'),
    relativeErrorIncrease: of('relativeErrorIncrease'),
  };
}

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
  const intervalOf = role === 'baseline' ? intervalOfBaseline : intervalOfMean;
  return {
    name,
    role,
    of,
    policy,
    seeds: arm.runs.map((run) => run.seed),
    saved: { compute: computeSavedBy(arm), profile: mean(profile.values), wall: mean(wall.values) },
    testError: mean(arm.runs.map((run) => run.testError)),
    errorDelta: mean(errorDelta.values),
    relativeErrorIncrease: mean(relativeErrorIncrease.values),
    ci: {
      level: LEVEL,
      wall: intervalOf(wall),
      profile: intervalOf(profile),
      errorDelta: intervalOf(errorDelta),
      relativeErrorIncrease: intervalOf(relativeErrorIncrease),
    },
    rounding: arm.rounding,
    points: [...arm.points],
  };
}

function intervalOfMean({ values, rounding }: RoundedDifferences): Interval | null {
  return pairedInterval(values, LEVEL, rounding);
}

/** The baseline differs from itself by nothing; its profile is a mean like others. */
function intervalOfBaseline(differences: RoundedDifferences): Interval | null {
  const { values } = differences;
  return values.length > 1 && values.every((value) => value === 0) ? [0, 0] : intervalOfMean(differences);
}
