import { performance } from 'node:perf_hooks';
import { trainingPlan } from '#core/data/batch-schedule.ts';
import type { TrainerCommand } from '#core/ports.ts';
import type { Measurement } from '#core/records.ts';
import { measurePace } from '#core/training/measurement.ts';
import { openBatchFeeder } from './datasets/batch-feeder.ts';
import { createEagerSession } from './tensorflow/eager-session.ts';
import { loadTensorFlow } from './tensorflow/library.ts';
import { planOn, setVariables } from './trainer-run.ts';

export type MeasureCommand = Extract<TrainerCommand, { readonly type: 'measure' }>;

/** Trains a little of the run with all that a run trains with, but for checkpoints and events. Throws as a run does. */
export async function measureInTrainer(command: MeasureCommand): Promise<Measurement> {
  const { spec } = command;
  const { images, network, plan, statistics } = await planOn(command);
  const feeder = openBatchFeeder(statistics);
  const { binding, device } = loadTensorFlow(spec.device);
  const session = createEagerSession(binding, { network, optimizer: spec.optimizer, seed: spec.seed });
  const batches = feeder.trainingBatches(images.train, trainingPlan(spec), 0);
  await setVariables(session, { plan, network, images: images.train, found: null });
  const startUpSeconds = process.uptime();
  const pace = await measurePace({
    plan,
    session,
    batches,
    evaluationBatches: () => feeder.evaluationBatches(images.test, spec.batchSize),
    now: () => performance.now(),
  });
  return { ...pace, startUpSeconds, device: device.device };
}
