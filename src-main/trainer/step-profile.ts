import { performance } from 'node:perf_hooks';
import type { Batch, BatchFeeder } from '#core/data/batch.ts';
import type { ImageSet } from '#core/data/image-set.ts';
import type { StepProfile } from '#core/run-event.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import type { ProfiledTraining } from '#core/training/profile.ts';
import { measureProfile } from '#core/training/profile.ts';

export interface ProfiledRun
  extends Pick<ProfiledTraining, 'session' | 'depths' | 'budgetMs' | 'onFirstStep' | 'isUnwanted'> {
  readonly plan: TrainingPlan;
  readonly feeder: BatchFeeder;
  readonly images: ImageSet;
}

/**
 * Measures the step times of a run or a measurement; the caller restores the variables. Null where left off. What a step
 * waits for its batch is not in it: the schedule does not change that.
 */
export async function profileInTrainer({ plan, feeder, images, ...asked }: ProfiledRun): Promise<StepProfile | null> {
  return measureProfile({
    ...asked,
    layerCount: plan.layers.length,
    batch: await firstBatch(feeder, images, plan.spec.batchSize),
    monotonicMs: () => performance.now(),
  });
}

/** A copy: the feeder's own is valid until the next one. */
async function firstBatch(feeder: BatchFeeder, set: ImageSet, batchSize: number): Promise<Batch> {
  const batches = feeder.evaluationBatches(set, batchSize);
  const { value } = await batches.next();
  await batches.return();
  if (value === undefined) throw new Error('There are no images to train on.');
  return { ...value, images: value.images.slice(), labels: value.labels.slice() };
}
