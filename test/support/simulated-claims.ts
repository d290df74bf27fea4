import { recommendedDepth } from '#core/analysis/answer/depth-part.ts';
import type { ClaimKind } from '#core/analysis/claims.ts';
import { claimsOf } from '#core/analysis/claims.ts';
import { placeArms, testArms } from '#core/analysis/comparison.ts';
import { pairArms } from '#core/analysis/paired-runs.ts';
import type { ComparedRun, StudyToCompare } from '#core/analysis/study-to-compare.ts';
import type { Policy } from '#core/policy/policy.ts';
import type { RandomStream } from '#core/random.ts';
import { randomStream } from '#core/random.ts';
import type { ArmRecord } from '#core/records.ts';
import { armsOf } from '#core/study.ts';

/** Draws with mean 0 and variance 1. */
type Noise = (draws: RandomStream) => number;

const normal: Noise = (draws) => draws.nextNormal();
const exponential: Noise = (draws) => -Math.log(1 - draws.nextUniform()) - 1;

/** Student's t with 5 degrees of freedom, whose variance is 5/3. */
const heavyTailed: Noise = (draws) => {
  const squares = Array.from({ length: 5 }, () => draws.nextNormal() ** 2).reduce((sum, square) => sum + square, 0);
  return draws.nextNormal() / Math.sqrt(squares / 5) / Math.sqrt(5 / 3);
};

/** How the runs of a simulated study scatter about their arm's mean: the baseline's, and those of all others. */
export const SCATTERS = {
  normal: { baseline: normal, others: normal, digits: null },
  'heavy-tailed': { baseline: heavyTailed, others: heavyTailed, digits: null },
  skewed: { baseline: exponential, others: exponential, digits: null },
  /** 1,000 test images: errors are whole tenths of a point. */
  coarse: { baseline: normal, others: normal, digits: 1 },
  /** All of the scatter and all of the skew on one side: differences are exponential themselves. */
  'one-sided': { baseline: () => 0, others: exponential, digits: null },
} as const;

export type Scatter = keyof typeof SCATTERS;

const MARGIN = 0.5;
const BASE_ERROR = 8;
/** Points, and share of the training time. */
const ERROR_SPREAD = 0.3;
const TIME_SPREAD = 0.02;

/** What arms really save and cost: nothing, or as many points as the margin. */
const NULLS: readonly { readonly cost: number; readonly kinds: readonly ClaimKind[] }[] = [
  {
    cost: 0,
    kinds: ['faster', 'slower', 'better', 'worse', 'better-than-less-training', 'not-better-than-less-training'],
  },
  { cost: MARGIN, kinds: ['not-worse', 'worse-than-margin'] },
];
const NO_CLAIMS: Readonly<Record<ClaimKind, number>> = {
  faster: 0,
  slower: 0,
  better: 0,
  worse: 0,
  'not-worse': 0,
  'worse-than-margin': 0,
  'better-than-less-training': 0,
  'not-better-than-less-training': 0,
};

export interface Simulation {
  readonly scatter: Scatter;
  readonly arms: number;
  readonly seeds: number;
  readonly studies: number;
}

export interface SimulatedClaims {
  /** Share of the 95 % intervals that hold the truth, over all policy arms. */
  readonly coverage: { readonly errorDelta: number; readonly wall: number };
  /** Share of the studies with at least one false claim of the kind, where no arm has any effect to be claimed. */
  readonly falseClaims: Readonly<Record<ClaimKind, number>>;
}

/** Studies without any effect, judged as the comparison judges them. */
export function simulateClaims(simulation: Simulation): SimulatedClaims {
  const falseClaims = { ...NO_CLAIMS };
  const covered = { errorDelta: 0, wall: 0 };
  for (let study = 0; study < simulation.studies; study++) {
    NULLS.forEach(({ cost, kinds }, position) => {
      const draws = randomStream(study, 'synthetic', position, simulation.seeds);
      const arms = judgedArms(simulatedStudy(simulation, cost, draws));
      const claimed = new Set(arms.flatMap((arm) => claimsOf(arm).claims.map(({ kind }) => kind)));
      for (const kind of kinds) falseClaims[kind] += Number(claimed.has(kind)) / simulation.studies;
      for (const { ci } of arms) {
        const share = 1 / (NULLS.length * simulation.arms * simulation.studies);
        covered.errorDelta += Number(holds(ci.errorDelta, cost)) * share;
        covered.wall += Number(holds(ci.wall, 0)) * share;
      }
    });
  }
  return { coverage: covered, falseClaims };
}

/** Share of the studies that recommend a depth, where every depth takes a fifth less time and costs exactly the margin. */
export function simulateRecommendations(simulation: Simulation): number {
  let recommended = 0;
  for (let study = 0; study < simulation.studies; study++) {
    const draws = randomStream(study, 'synthetic', NULLS.length, simulation.seeds);
    const { arms, margin, ...others } = simulatedStudy(simulation, MARGIN, draws);
    const sped = others.runs.map((run) =>
      run.arm === arms[0].name ? run : { ...run, seconds: { training: 0.8 * run.seconds.training } },
    );
    const placed = placeArms(testArms(pairArms({ ...others, arms, margin, runs: sped }), margin));
    const depths = placed.flatMap((arm, frozenLayers) =>
      arm.role === 'policy' ? [{ arm: { ...arm, frontShare: null }, frozenLayers }] : [],
    );
    recommended += Number(recommendedDepth({ depths }) !== null);
  }
  return recommended / simulation.studies;
}

function judgedArms(study: StudyToCompare) {
  return testArms(pairArms(study), study.margin).filter((arm) => arm.role === 'policy');
}

function holds(interval: readonly [number, number] | null, truth: number): boolean {
  return interval !== null && interval[0] <= truth && truth <= interval[1];
}

function simulatedStudy({ scatter, arms, seeds }: Simulation, cost: number, draws: RandomStream): StudyToCompare {
  const records = armRecords(arms, cost === 0);
  const numbers = Array.from({ length: seeds }, (_, index) => index + 1);
  const runs = numbers.flatMap((seed) => seedRuns(records, { seed, cost, scatter }, draws));
  return { id: 'simulated', margin: MARGIN, arms: records, seeds: numbers, runs };
}

/** One seed in every arm: runs of a seed share their luck and the machine's mood, which pairs take out again. */
function seedRuns(
  arms: readonly ArmRecord[],
  { seed, cost, scatter }: { readonly seed: number; readonly cost: number; readonly scatter: Scatter },
  draws: RandomStream,
): ComparedRun[] {
  const { baseline, others, digits } = SCATTERS[scatter];
  const luck = ERROR_SPREAD * draws.nextNormal();
  const seconds = 100 * (1 + 0.1 * draws.nextUniform());
  return arms.map((arm) => {
    const isBaseline = arm.role === 'baseline';
    const noise = isBaseline ? baseline : others;
    const error = BASE_ERROR + luck + (isBaseline ? 0 : cost) + ERROR_SPREAD * noise(draws);
    return {
      ...{ id: `${arm.name}/${seed}`, arm: arm.name, seed, status: 'finished' as const, deleted: false },
      ...{
        testError: (digits === null ? error : Number(error.toFixed(digits))) / 100,
        computeSaved: 0,
        data: null,
        weights: null,
        profileSaved: null,
      },
      seconds: { training: seconds * (1 + TIME_SPREAD * noise(draws)) },
      spec: { test: digits === null ? 10_000 : 10 ** (digits + 2) },
    };
  });
}

/** Training less matters to no claim where every arm costs the margin. */
function armRecords(arms: number, hasControls: boolean): ArmRecord[] {
  const policies = Array.from({ length: arms }, (_, index): Policy => {
    return { kind: 'freezeout', shape: 'cubic', t0: (index + 1) / arms, scaled: true, warmupEpochs: 0 };
  });
  return armsOf(policies, hasControls).map(({ ofPolicy: _, ...arm }) => {
    return { ...arm, steps: 1_000, stepsFrom: arm.role === 'equal-time' ? 'compute' : null, computeSaved: 0 };
  });
}
