import { performance } from 'node:perf_hooks';
import { trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { needsOf } from '#core/policy/policy.ts';
import type { TrainerCommand } from '#core/ports.ts';
import type { Measurement } from '#core/records.ts';
import type { MeasuredProfile } from '#core/training/measurement.ts';
import { measurePace } from '#core/training/measurement.ts';
import { FIRST_STATE } from '#core/training/progress.ts';
import { CheckpointFolder } from '../checkpoints/checkpoint-folder.ts';
import { openBatchFeeder } from '../datasets/batch-feeder.ts';
import { createGraphSession } from '../tensorflow/graph-session.ts';
import { loadTensorFlow } from '../tensorflow/library.ts';
import { environmentOf } from '../trainer-host/environment.ts';
import { planOn, setVariables } from './start-command.ts';
import type { ProfiledRun } from './step-profile.ts';
import { profileInTrainer } from './step-profile.ts';

export type MeasureCommand = Extract<TrainerCommand, { readonly type: 'measure' }>;

/** Trains a little of the run with all that a run trains with, but for events. Throws as a run does. */
export async function measureInTrainer(command: MeasureCommand): Promise<Measurement> {
  const { spec, folder } = command;
  const { images, network, plan, statistics } = await planOn(command);
  const feeder = openBatchFeeder(statistics);
  const { binding, device } = loadTensorFlow(spec.device);
  const session = createGraphSession(binding, { network, ...spec, sumsGradients: needsOf(spec.policy).gradientSums });
  const batches = feeder.trainingBatches(images.train, trainingBatchPlan(spec), 0);
  await setVariables(session, { plan, network, images: images.train, found: null });
  const startUpSeconds = process.uptime();
  const checkpoints = new CheckpointFolder({
    folder,
    plan,
    environment: environmentOf(device),
    recentEvents: () => [],
  });
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
        momentum: session.momentum(),
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

/** A measurement that is no longer wanted is killed. */
async function profileAt({ budgetMs, ...run }: AskedProfile): Promise<MeasuredProfile> {
  const firstStepsMs: number[] = [];
  const profile = await profileInTrainer({
    ...run,
    budgetMs: () => budgetMs,
    onFirstStep: (ms) => firstStepsMs.push(ms),
    isUnwanted: async () => false,
  });
  if (profile === null) throw new Error('The profile was left off.');
  return { ...profile, firstStepsMs };
}
