import { performance } from 'node:perf_hooks';
import type { Batch, BatchFeeder } from '#core/data/batch.ts';
import type { ImageSet } from '#core/data/image-set.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { StepProfile } from '#core/run-event.ts';
import type { EventLog } from '#core/training/event-log.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { lengthOf } from '#core/training/plan.ts';
import type { ProfiledTraining } from '#core/training/profile.ts';
import { measureProfile, profileBudgetMs } from '#core/training/profile.ts';
import { profileSaved, stepRatios, unfrozenStepsOf } from '#core/training/profile-savings.ts';
import { depthsToProfile } from '#core/training/profiled-depths.ts';

export interface ProfiledRun extends Required<Pick<ProfiledTraining, 'session' | 'warmDepths' | 'isUnwanted'>> {
  readonly plan: TrainingPlan;
  readonly feeder: BatchFeeder;
  readonly images: ImageSet;
}

/**
 * Measures a run's step times before its first step and reports them; the caller restores the variables. This happens before the
 * run's clock starts, so the measurement does not count as active time. The time for which a step waits for its batch is not
 * included: no schedule changes it. Null where the run is too short for it, or where the host sent a request meanwhile.
 */
export async function profileRun(run: ProfiledRun, log: EventLog): Promise<StepProfile | null> {
  const { layers, schedule, steps, spec } = run.plan;
  const depths = depthsToProfile(run.plan);
  if (depths === null) return null;
  const macs = layers.map((layer) => layer.macs);
  const predicted = unfrozenStepsOf({ freezes: schedule, steps, ratioAt: stepRatios(null, macs) });
  const start = performance.now();
  const { session, warmDepths, isUnwanted, feeder, images } = run;
  const batch = await firstBatch(feeder, images, spec.batchSize);
  const profile = await measureProfile({
    ...{ session, depths, warmDepths, batch, isUnwanted },
    budgetMs: (unfrozenMs) => profileBudgetMs(predicted * unfrozenMs),
    monotonicMs: () => performance.now(),
  });
  if (profile === null) return null;
  const planned = () => profileSaved(stepRatios(profile, macs), schedule, lengthOf(run.plan));
  const saved = { profile: policyNeeds(spec.policy).plans ? planned() : null };
  log.emit({ type: 'run.profiled', ...profile, saved, seconds: (performance.now() - start) / 1000 });
  return profile;
}

/** Copies the first batch: the feeder's own is valid only until the next one. */
export async function firstBatch(feeder: BatchFeeder, set: ImageSet, batchSize: number): Promise<Batch> {
  const batches = feeder.evaluationBatches(set, batchSize);
  const { value } = await batches.next();
  await batches.return();
  if (value === undefined) throw new Error('There are no images to train on.');
  return { ...value, images: value.images.slice(), labels: value.labels.slice() };
}
