import type { Policy } from '#core/policy/policy.ts';
import { randomStream } from '#core/random.ts';
import type { ArmRecord, RunRecord, StudyRecord } from '#core/records.ts';
import type { RunStatus, StoredBase } from '#core/run.ts';
import { storedBaseSchema } from '#core/run.ts';
import type { ArmPlan } from '#core/study.ts';
import { armsOf } from '#core/study.ts';
import { UNKNOWN_CONDITIONS } from './conditions.ts';

const BASE: StoredBase = storedBaseSchema.parse({
  dataset: 'fashion-mnist',
  train: 10_000,
  validation: 1_000,
  test: 10_000,
  model: { kind: 'densenet-bc', depth: 16, growth: 12 },
  epochs: 10,
});

/** A baseline, and a policy to compare with it. */
export const BASELINE: ArmPlan = {
  name: 'baseline',
  role: 'baseline',
  of: null,
  policy: { kind: 'none' },
  ofPolicy: null,
};
export const ARM: ArmPlan = {
  name: 'cubic 0.5',
  role: 'policy',
  of: null,
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true },
  ofPolicy: null,
};

/** What a test says of one run; the rest does not matter to the comparison. */
export interface RunSketch {
  readonly seed: number;
  readonly testError: number | null;
  readonly trainingSeconds: number;
  readonly status?: RunStatus;
  readonly deleted?: boolean;
  readonly computeSaved?: number;
  readonly profileSaved?: number;
}

export interface ArmSketch {
  readonly arm: ArmPlan;
  readonly computeSaved?: number;
  readonly runs: readonly RunSketch[];
}

/** A study as the store gives it, with the runs of these arms. */
export function studyFixture(arms: readonly ArmSketch[], seeds: readonly number[]): StudyRecord {
  return {
    id: 'study-1',
    name: 'quick',
    base: BASE,
    seeds,
    equalTimeBaseline: true,
    margin: 0.5,
    arms: arms.map(armRecord),
    note: '',
    tags: [],
    archived: false,
    deleted: false,
    createdAt: 0,
    runs: arms.flatMap((sketch) => sketch.runs.map((run) => runRecord(sketch, run))),
  };
}

function armRecord({ arm, computeSaved = 0 }: ArmSketch): ArmRecord {
  const { name, role, of, policy } = arm;
  return { name, role, of, policy, steps: 2_000, stepsFrom: role === 'equal-time' ? 'compute' : null, computeSaved };
}

function runRecord({ arm, computeSaved = 0 }: ArmSketch, sketch: RunSketch): RunRecord {
  const { seed, testError, trainingSeconds, status = 'finished', deleted = false, profileSaved = null } = sketch;
  return {
    id: `${arm.name}/${seed}`,
    studyId: 'study-1',
    studyName: 'quick',
    arm: arm.name,
    status,
    reason: null,
    spec: { ...BASE, train: 10_000, validation: 1_000, test: 10_000, policy: arm.policy, seed },
    data: { sha256: 'ab'.repeat(32), location: null },
    weights: null,
    classGaps: null,
    seed,
    steps: 2_000,
    stepsPerEpoch: 200,
    epoch: 10,
    frozenLayers: 0,
    layerCount: 10,
    seconds: { training: trainingSeconds, evaluation: 5, checkpoint: 1 },
    computeSaved: sketch.computeSaved ?? computeSaved,
    profileSaved,
    validationError: testError,
    testError,
    environment: null,
    conditions: UNKNOWN_CONDITIONS,
    note: '',
    tags: [],
    imported: false,
    archived: false,
    deleted,
    locked: false,
    createdAt: 0,
    startedAt: 0,
    endedAt: 0,
    lastSeq: 10,
    elsewhere: null,
  };
}

const POLICIES: readonly Policy[] = [
  { kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true },
  { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true },
  { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false },
  { kind: 'freezeout', shape: 'squared', t0: 0.3, scaled: true },
  { kind: 'freezeout', shape: 'squared', t0: 0.6, scaled: true },
  {
    kind: 'freezeout',
    shape: 'curve',
    points: [
      [0, 0.2],
      [0.3, 0.4],
      [0.5, 0.6],
      [1, 1],
    ],
    scaled: true,
  },
  { kind: 'freezeout', shape: 'linear', t0: 0.9, scaled: true },
];

/** A study whose arms save up to half of the time and cost up to three points, with noise over the seeds. */
export function randomStudy({
  policies,
  seeds,
}: {
  readonly policies: number;
  readonly seeds: readonly number[];
}): StudyRecord {
  const draws = randomStream(policies, 'synthetic', seeds.length);
  const around = (center: number, spread: number) => center + spread * (2 * draws.nextUniform() - 1);
  const sketches = armsOf(POLICIES.slice(0, policies), true).map((arm): ArmSketch => {
    const computeSaved = arm.role === 'baseline' ? 0 : around(0.25, 0.25);
    const cost = arm.role === 'baseline' ? 0 : around(0.015, 0.015);
    const runs = seeds.map((seed) => ({
      seed,
      testError: around(0.12 + cost, 0.003),
      trainingSeconds: around(100 * (1 - computeSaved), 2),
    }));
    return { arm, computeSaved, runs };
  });
  return studyFixture(sketches, seeds);
}
