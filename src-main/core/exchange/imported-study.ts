import { computeSavedOfBaseline, equalTimeSteps, freezesOfLayers } from '#core/policy/cost.ts';
import { isBaseline, policyName } from '#core/policy/policy.ts';
import type { ArmRecord } from '#core/records.ts';
import type { StoredBase } from '#core/run.ts';
import type { RunEventOf } from '#core/run-event.ts';
import { DEFAULT_MARGIN, equalTimeName } from '#core/study.ts';
import type { ExportedStudy } from './event-line.ts';

type Started = RunEventOf<'run.started'>;

export function armName({ arm, spec }: Pick<Started, 'arm' | 'spec'>): string {
  return arm ?? policyName(spec.policy);
}

/**
 * Infers the study that these runs name from the runs alone: event lines do not contain the role of an arm. Null without a run. Of
 * the starts, which may be thousands, one for each arm is kept.
 */
export function inferStudy(id: string, runs: Iterable<Started>): ExportedStudy | null {
  const ofArm = new Map<string, Started>();
  const seeds = new Set<number>();
  let base: StoredBase | null = null;
  for (const run of runs) {
    base ??= baseOf(run);
    ofArm.set(armName(run), run);
    seeds.add(run.spec.seed);
  }
  if (base === null) return null;
  const arms = withTimeOwners([...ofArm].map(([name, run]) => inferArm(name, run)));
  return {
    id,
    name: `imported ${id}`,
    base,
    equalTimeBaseline: arms.some((arm) => arm.role === 'equal-time'),
    margin: DEFAULT_MARGIN,
    note: '',
    tags: [],
    seeds: [...seeds],
    arms: inOrder(arms),
  };
}

/** The number of steps S of a run. */
export function stepsOf({ spec, stepsPerEpoch }: Started): number {
  return spec.steps ?? spec.epochs * stepsPerEpoch;
}

/** The compute saved according to the freeze steps that the run reported. */
export function savedBy(started: Started): number {
  const { spec, layers, stepsPerEpoch } = started;
  const macs = layers.map((layer) => layer.macs);
  const length = { steps: stepsOf(started), baselineSteps: spec.epochs * stepsPerEpoch };
  return computeSavedOfBaseline(macs, freezesOfLayers(layers), length);
}

function inferArm(name: string, started: Started): ArmRecord {
  const { policy } = started.spec;
  const role = isBaseline(policy) ? 'baseline' : 'policy';
  return { name, role, of: null, policy, steps: stepsOf(started), stepsFrom: null, computeSaved: savedBy(started) };
}

/** A baseline that is named after a policy arm, or has exactly its S', is that arm's equal-time baseline. */
function withTimeOwners(arms: readonly ArmRecord[]): ArmRecord[] {
  const policies = arms.filter((arm) => arm.role === 'policy');
  return arms.map((arm) => {
    if (arm.role !== 'baseline') return arm;
    const owner =
      policies.find((policy) => equalTimeName(policy.name) === arm.name) ??
      policies.find(
        ({ steps, computeSaved: saved }) => arm.steps < steps && arm.steps === equalTimeSteps(steps, saved),
      );
    if (owner === undefined) return arm;
    const isPredicted = arm.steps === equalTimeSteps(owner.steps, owner.computeSaved);
    return { ...arm, role: 'equal-time', of: owner.name, stepsFrom: isPredicted ? 'compute' : 'profile' };
  });
}

/** The baseline first, then each policy followed by its equal-time arm. */
function inOrder(arms: readonly ArmRecord[]): ArmRecord[] {
  const rank = (arm: ArmRecord) => (arm.role === 'baseline' ? 0 : 1);
  const followers = (arm: ArmRecord) => arms.filter((other) => other.of === arm.name);
  const heads = arms.filter((arm) => arm.of === null).toSorted((a, b) => rank(a) - rank(b));
  return heads.flatMap((arm) => [arm, ...followers(arm)]);
}

function baseOf({ spec }: Started): StoredBase {
  const { policy: _policy, seed: _seed, steps: _steps, ...base } = spec;
  return base;
}
