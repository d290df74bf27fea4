import { performance } from 'node:perf_hooks';
import { trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { imageSize } from '#core/data/image-set.ts';
import { readingOf } from '#core/data/normalization.ts';
import { splitData } from '#core/data/split.ts';
import { buildNetwork } from '#core/network/network.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { TrainerCommand } from '#core/ports.ts';
import type { Measurement } from '#core/records.ts';
import type { MeasuredProfile } from '#core/training/measurement.ts';
import { measurePace } from '#core/training/measurement.ts';
import { planTraining } from '#core/training/plan.ts';
import { FIRST_STATE } from '#core/training/progress.ts';
import { depthsToWarmUp, warmUp } from '#core/training/warm-up.ts';
import { CheckpointFolder } from '../checkpoints/checkpoint-folder.ts';
import { openBatchFeeder } from '../datasets/batch-feeder.ts';
import { openDataSource } from '../datasets/open-data-source.ts';
import { createGraphSession } from '../tensorflow/graph-session.ts';
import { loadTensorFlow } from '../tensorflow/library.ts';
import { environmentOf } from '../trainer-host/environment.ts';
import { restoreTo, startingPoint } from './starting-point.ts';
import type { ProfiledRun } from './step-profile.ts';
import { profileSteps } from './step-profile.ts';

export type MeasureCommand = Extract<TrainerCommand, { readonly type: 'measure' }>;

/** Trains a little of a run as `runInTrainer` does, but without events, to measure its pace. Throws what a run throws. */
export async function measureInTrainer({ spec, dataset, folder }: MeasureCommand): Promise<Measurement> {
  const images = splitData(await openDataSource(dataset), spec);
  const reading = readingOf(spec, images.train);
  const network = buildNetwork(spec.model, reading.input, images.train.classes);
  const plan = planTraining(spec, network);

  const feeder = openBatchFeeder(reading);
  const { binding, device } = loadTensorFlow(spec.device);
  const session = createGraphSession(binding, {
    network,
    ...spec,
    sumsGradients: policyNeeds(spec.policy).gradientSums,
  });
  const batches = feeder.trainingBatches(images.train, trainingBatchPlan(spec), 0);

  const start = await startingPoint(plan, network, null);
  restoreTo(session, start);
  warmUp(session, plan, { imageValues: imageSize(reading.input), depths: depthsToWarmUp(plan, start.state) });
  restoreTo(session, start);
  const startUpSeconds = process.uptime();

  const environment = environmentOf(device);
  const checkpoints = new CheckpointFolder({ folder, plan, environment, recentEvents: () => [] });
  await checkpoints.prepare('nothing');
  const pace = await measurePace({
    plan,
    session,
    batches,
    profileAt: (depths, budgetMs) => profileAt({ session, plan, feeder, images: images.train, depths, budgetMs }),
    saveCheckpoint: () =>
      checkpoints.save({
        state: FIRST_STATE,
        weights: session.weights(),
        optimizer: session.optimizerState(),
        gradientSums: session.gradientSums(),
      }),
    evaluationBatches: () => feeder.evaluationBatches(images.test, spec.batchSize),
    now: () => performance.now(),
  });
  return { ...pace, startUpSeconds, device: device.device };
}

interface AskedProfile extends Omit<ProfiledRun, 'budgetMs' | 'isUnwanted'> {
  readonly budgetMs: number;
}

/** Profiles to the end: a measurement that is no longer wanted is killed. */
async function profileAt({ budgetMs, ...run }: AskedProfile): Promise<MeasuredProfile> {
  const firstStepsMs: number[] = [];
  const profile = await profileSteps({
    ...run,
    budgetMs: () => budgetMs,
    onFirstStep: (ms) => firstStepsMs.push(ms),
    isUnwanted: async () => false,
  });
  if (profile === null) throw new Error('The profile was abandoned.');
  return { ...profile, firstStepsMs };
}
