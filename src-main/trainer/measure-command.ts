import { performance } from 'node:perf_hooks';
import { trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { imageSize } from '#core/data/image-set.ts';
import { readingOf } from '#core/data/normalization.ts';
import { splitData } from '#core/data/split.ts';
import { buildNetwork } from '#core/network/network.ts';
import { boundaryShapes } from '#core/network/shape-ops.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { TrainerCommand } from '#core/ports.ts';
import type { Measurement } from '#core/records.ts';
import { measurePace } from '#core/training/measurement.ts';
import { planTraining } from '#core/training/plan.ts';
import { BlockMemory } from '#core/training/prefix/block-memory.ts';
import { FIRST_STATE } from '#core/training/progress.ts';
import { CheckpointFolder } from '../checkpoints/checkpoint-folder.ts';
import { openBatchFeeder } from '../datasets/batch-feeder.ts';
import { openDataSource } from '../datasets/open-data-source.ts';
import { cacheMemory } from '../prefix-cache/storage-room.ts';
import { createGraphSession } from '../tensorflow/graph-session.ts';
import { loadTensorFlow } from '../tensorflow/library.ts';
import { environmentOf } from '../trainer-host/environment.ts';
import { drawnStart, restoreTo } from './starting-point.ts';
import { firstBatch } from './step-profile.ts';

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

  // The values of weights change no time.
  const start = drawnStart(plan, network);
  restoreTo(session, start);
  const readySeconds = process.uptime();

  const environment = environmentOf(device);
  const keptEvents = () => ({ recentEvents: [], before: null });
  const checkpoints = new CheckpointFolder({ folder, runId: 'measurement', plan, environment, keptEvents });
  await checkpoints.prepare('nothing');
  const sizes = boundaryShapes(network).map(imageSize);
  const { warmUpMs, ...pace } = await measurePace({
    ...{ plan, session, batches, sizes },
    batch: await firstBatch(feeder, images.train, spec.batchSize),
    restore: () => restoreTo(session, start),
    saveCheckpoint: () =>
      checkpoints.save({
        state: FIRST_STATE,
        weights: session.weights(),
        optimizer: session.optimizerState(),
        gradientSums: session.gradientSums(),
        best: new Map(),
      }),
    evaluationBatches: () => feeder.evaluationBatches(images.test, spec.batchSize),
    residentBytes: () => process.memoryUsage.rss(),
    now: () => performance.now(),
  });
  const keptBytes = sizes
    .slice(0, -1)
    .map((size, depth) => (depth === 0 ? 0 : BlockMemory.bytesFor(size * Float32Array.BYTES_PER_ELEMENT)));
  const startUpSeconds = readySeconds + warmUpMs / 1000;
  return { ...pace, keptBytes, cacheMemoryBytes: cacheMemory(), startUpSeconds, device: device.device };
}
