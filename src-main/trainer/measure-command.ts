import { performance } from 'node:perf_hooks';
import { trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { imageSize } from '#core/data/image-set.ts';
import { readingOf } from '#core/data/normalization.ts';
import { splitData } from '#core/data/split.ts';
import { buildNetwork } from '#core/network/network.ts';
import { boundaryShapes } from '#core/network/shape-ops.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { TrainerCommand } from '#core/ports.ts';
import type { Measurement } from '#core/training/measured-pace.ts';
import { measureMovingDepths, measurePace } from '#core/training/measurement.ts';
import { planTraining } from '#core/training/plan.ts';
import { BlockMemory } from '#core/training/prefix/block-memory.ts';
import { keptViews } from '#core/training/prefix/fixed-views.ts';
import { FIRST_STATE } from '#core/training/progress.ts';
import { CheckpointFolder } from '../checkpoints/checkpoint-folder.ts';
import { openBatchFeeder } from '../datasets/batch-feeder.ts';
import { openDataSource } from '../datasets/open-data-source.ts';
import { cacheMemory, measureDisk } from '../prefix-cache/storage-room.ts';
import { createGraphSession } from '../tensorflow/graph-session.ts';
import { openSession } from './open-session.ts';
import { drawnStart, restoreTo } from './starting-point.ts';
import { firstBatch } from './step-profile.ts';

export type MeasureCommand = Extract<TrainerCommand, { readonly type: 'measure' }>;

/** Trains a little of a run as `runInTrainer` does, but without events, to measure its pace. Throws what a run throws. */
export async function measureInTrainer(command: MeasureCommand): Promise<Measurement> {
  const { spec, dataset, folder } = command;
  const images = splitData(await openDataSource(dataset), spec);
  const reading = readingOf(spec, images.train);
  const network = buildNetwork(spec.model, reading.input, images.train.classes);
  const plan = planTraining(spec, network);

  const feeder = openBatchFeeder(reading);
  const settings = { network, ...spec, sumsGradients: policyNeeds(spec.policy).gradientSums };
  // The values of weights change no time, so they are drawn.
  const [start, opened] = await Promise.all([drawnStart(plan), openSession(settings)]);
  const { binding, device, environment, graphs, session } = opened;
  const batches = feeder.trainingBatches(images.train, trainingBatchPlan(spec), 0);
  restoreTo(session, start);
  const readySeconds = process.uptime();

  const keptEvents = () => ({ recentEvents: [], before: null });
  const checkpoints = new CheckpointFolder({
    folder,
    runId: 'measurement',
    plan,
    environment: () => environment,
    keptEvents,
  });
  await checkpoints.prepare('nothing');
  const sizes = boundaryShapes(network).map(imageSize);
  const batch = await firstBatch(feeder, images.train, spec.batchSize);
  const now = () => performance.now();
  const { warmUpMs, ...pace } = await measurePace({
    ...{ plan, session, batches, sizes, batch, now },
    restore: () => restoreTo(session, start),
    saveCheckpoint: () =>
      checkpoints.save({
        state: FIRST_STATE,
        weights: session.weights(),
        optimizer: session.optimizerState(),
        gradientSums: session.gradientSums(),
        best: spec.earlyEnd?.weights === 'best' ? session.weights() : new Map(),
      }),
    evaluationBatches: () => feeder.evaluationBatches(images.test, spec.batchSize),
    residentBytes: () => process.memoryUsage.rss(),
  });
  const keptBytes = sizes
    .slice(0, -1)
    .map((size, depth) => (depth === 0 ? 0 : BlockMemory.bytesFor(size * Float32Array.BYTES_PER_ELEMENT)));
  const cacheDisk = keptViews(spec) === null ? null : await cacheDiskOf(folder, now);
  const startUpSeconds = readySeconds + warmUpMs / 1000;
  session.dispose();
  const depths = pace.depths.map(({ frozenLayers }) => frozenLayers);
  const moving = () => {
    const other = createGraphSession(binding, { ...settings, movesStatistics: true }, graphs);
    restoreTo(other, start);
    return measureMovingDepths({ session: other, depths, batch, now });
  };
  const movingDepths = command.movesStatistics ? await moving() : null;
  const cache = { keptBytes, cacheMemoryBytes: cacheMemory(), cacheDisk };
  return { ...pace, movingDepths, ...cache, startUpSeconds, device: device.device };
}

async function cacheDiskOf(folder: string, now: () => number): Promise<Measurement['cacheDisk']> {
  const { bytes, speed } = await measureDisk(folder, now);
  return speed === null ? null : { bytes, ...speed };
}
