import { z } from 'zod';
import { measuredNumber } from '#core/numbers.ts';
import { policySchema } from '#core/policy/policy.ts';
import type { ArmRecord, RunRecord, StudyRecord } from '#core/records.ts';
import { paretoFront } from './pareto-front.ts';
import { mean, pairedInterval } from './statistics.ts';
import { verdictOf } from './verdict.ts';

const measured = measuredNumber.nullable();
const interval = z.tuple([measuredNumber, measuredNumber]).nullable();

/** One seed: the arm's run against the baseline's run of the same seed. */
const pointSchema = z.object({
  seed: z.int().min(0),
  /** The arm's run. */
  runId: z.string(),
  /** 1 - training seconds of the arm's run / training seconds of the baseline's; null where those are 0. */
  wall: measured,
  /** What the arm's run saves by the step times that it measured; null where it measured none. */
  profile: measured,
  /** 100 x (test error of the arm's run - test error of the baseline's). */
  errorDelta: measuredNumber,
  /** (err_arm - err_base) / err_base; null where the baseline's run has no error at all. */
  relativeErrorIncrease: measured,
});

const comparedArmSchema = z.object({
  name: z.string(),
  role: z.enum(['baseline', 'policy', 'equal-time']),
  of: z.string().nullable(),
  policy: policySchema,
  /** Seeds whose run finished, with or without a partner in the baseline. */
  seeds: z.array(z.int().min(0)),
  saved: z.object({ compute: measuredNumber, profile: measured, wall: measured }),
  /** Mean over the finished runs. */
  testError: measured,
  errorDelta: measured,
  /** Mean of (err_arm - err_base) / err_base; null where a baseline has no error at all. */
  relativeErrorIncrease: measured,
  /** Of the means over pairs, profile's over the finished runs; null with one of them. */
  ci: z.object({
    level: z.number(),
    wall: interval,
    profile: interval,
    errorDelta: interval,
    relativeErrorIncrease: interval,
  }),
  /** No other arm saves at least as much time at no more error. */
  onFront: z.boolean(),
  points: z.array(pointSchema),
});

const verdictSchema = z.object({
  arm: z.string(),
  claim: z.enum(['measured', 'not-measured']),
  text: z.string(),
});

/** What a study says: the time that each arm saves against the baseline, and what that costs in accuracy. */
export const comparisonSchema = z.object({
  studyId: z.string(),
  /** The baseline first, then each policy followed by its equal-time arm. */
  arms: z.array(comparedArmSchema),
  /** One for every arm but the baseline. */
  verdicts: z.array(verdictSchema),
});

export type ComparisonPoint = z.infer<typeof pointSchema>;
export type ComparedArm = z.infer<typeof comparedArmSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;

const LEVEL = 0.95;

/** What the comparison needs to know of a run. */
export interface ComparedRun
  extends Pick<RunRecord, 'id' | 'arm' | 'seed' | 'status' | 'deleted' | 'testError' | 'profileSaved'> {
  readonly seconds: Pick<RunRecord['seconds'], 'training'>;
}

/** A study, or as much of it as the comparison needs. */
export interface ComparedStudy extends Pick<StudyRecord, 'id' | 'arms' | 'seeds'> {
  readonly runs: readonly ComparedRun[];
}

/** Pairs the runs of every arm with the baseline's by seed. Only finished runs count, deleted ones never. */
export function compareStudy(study: ComparedStudy): Comparison {
  const records = inOrder(study.arms);
  const baseline = records.find((arm) => arm.role === 'baseline');
  const baselineRuns = baseline ? finishedRuns(study, baseline) : [];
  const estimates = records.map((arm) => estimateArm(arm, finishedRuns(study, arm), baselineRuns));
  const front = paretoFront(estimates.map((arm) => ({ saved: arm.saved.wall, cost: arm.errorDelta })));
  const arms = estimates.map((arm, index) => ({ ...arm, onFront: front[index] }));
  const verdicts = arms.filter((arm) => arm.role !== 'baseline').map((arm) => verdictOf(arm, study));
  return { studyId: study.id, arms, verdicts };
}

function inOrder(arms: readonly ArmRecord[]): ArmRecord[] {
  const withRole = (role: ArmRecord['role']) => arms.filter((arm) => arm.role === role);
  const policies = withRole('policy').flatMap((policy) => [policy, ...arms.filter((arm) => arm.of === policy.name)]);
  return [...withRole('baseline'), ...policies];
}

/** A run that counts, in the order of the study's seeds. */
interface FinishedRun {
  readonly id: string;
  readonly seed: number;
  readonly testError: number;
  readonly trainingSeconds: number;
  readonly profileSaved: number | null;
}

function finishedRuns(study: ComparedStudy, arm: ArmRecord): FinishedRun[] {
  return study.seeds.flatMap((seed) => {
    const run = study.runs.find((one) => one.arm === arm.name && one.seed === seed && counts(one));
    if (!run || run.testError === null) return [];
    return [
      {
        id: run.id,
        seed,
        testError: run.testError,
        trainingSeconds: run.seconds.training,
        profileSaved: run.profileSaved,
      },
    ];
  });
}

function counts(run: ComparedRun): boolean {
  return run.status === 'finished' && !run.deleted && run.testError !== null;
}

function estimateArm(arm: ArmRecord, runs: readonly FinishedRun[], baselineRuns: readonly FinishedRun[]) {
  const points = pairBySeed(runs, baselineRuns);
  const walls = points.map((point) => point.wall);
  const profiles = runs.map((run) => run.profileSaved);
  const errorDeltas = points.map((point) => point.errorDelta);
  const relatives = points.map((point) => point.relativeErrorIncrease);
  return {
    name: arm.name,
    role: arm.role,
    of: arm.of,
    policy: arm.policy,
    seeds: runs.map((run) => run.seed),
    saved: { compute: arm.computeSaved, profile: mean(profiles), wall: mean(walls) },
    testError: mean(runs.map((run) => run.testError)),
    errorDelta: mean(errorDeltas),
    relativeErrorIncrease: mean(relatives),
    ci: {
      level: LEVEL,
      wall: pairedInterval(walls, LEVEL),
      profile: pairedInterval(profiles, LEVEL),
      errorDelta: pairedInterval(errorDeltas, LEVEL),
      relativeErrorIncrease: pairedInterval(relatives, LEVEL),
    },
    points,
  };
}

function pairBySeed(runs: readonly FinishedRun[], baselineRuns: readonly FinishedRun[]): ComparisonPoint[] {
  return runs.flatMap((run) => {
    const partner = baselineRuns.find((baseline) => baseline.seed === run.seed);
    return partner ? [pairOf(run, partner)] : [];
  });
}

function pairOf(run: FinishedRun, baseline: FinishedRun): ComparisonPoint {
  const difference = run.testError - baseline.testError;
  return {
    seed: run.seed,
    runId: run.id,
    wall: baseline.trainingSeconds === 0 ? null : 1 - run.trainingSeconds / baseline.trainingSeconds,
    profile: run.profileSaved,
    errorDelta: 100 * difference,
    relativeErrorIncrease: baseline.testError === 0 ? null : difference / baseline.testError,
  };
}
