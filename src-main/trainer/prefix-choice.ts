import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { BatchSchedule, trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { imageSize } from '#core/data/image-set.ts';
import type { Network } from '#core/network/ops.ts';
import { boundaryShapes } from '#core/network/shape-ops.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { RunEventBody } from '#core/run-event.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { BlockMemory } from '#core/training/prefix/block-memory.ts';
import { planCache } from '#core/training/prefix/cache-plan.ts';
import { computeSavedWithCache } from '#core/training/prefix/compute-saved.ts';
import { fixedViews } from '#core/training/prefix/fixed-views.ts';
import type { FrozenPrefix } from '#core/training/prefix/frozen-prefix.ts';
import { OrdinaryPrefix } from '#core/training/prefix/frozen-prefix.ts';
import { measureCosts } from '#core/training/prefix/measure-costs.ts';
import { dependsOnPlace } from '#core/training/prefix/place-check.ts';
import { PrefixCache } from '#core/training/prefix/prefix-cache.ts';
import { rehearseKept } from '#core/training/prefix/rehearse-kept.ts';
import { boundaryDepths, visitsOf } from '#core/training/prefix/visits.ts';
import type { TrainingSession } from '#core/training/session.ts';
import { openRecords } from '../prefix-cache/record-thread.ts';
import { cacheMemory, measureDisk, removeRecords } from '../prefix-cache/storage-room.ts';

export interface PrefixCircumstances {
  readonly plan: TrainingPlan;
  readonly network: Network;
  readonly session: TrainingSession;
  /** The run's folder. */
  readonly folder: string;
  /** The step at which training begins or continues. */
  readonly fromStep: number;
  readonly emit: (body: RunEventBody) => void;
}

const FOLDER = 'prefix-cache';

/**
 * Decides how much of the frozen layers' output to keep, after a few timed passes through them; the caller restores the session's
 * variables. Throws a bad request for a memory setting that is not a valid amount.
 */
export async function openPrefix(circumstances: PrefixCircumstances): Promise<FrozenPrefix> {
  const { plan, network, session, folder, fromStep, emit } = circumstances;
  const storage = join(folder, FOLDER);
  removeRecords(storage);
  const depths = boundaryDepths(plan);
  const views = fixedViews(plan.spec);
  const { plans, movesStatistics } = policyNeeds(plan.spec.policy);
  if (!plans) return new OrdinaryPrefix(NOT_FORECAST, emit);
  if (depths.length < 2) return new OrdinaryPrefix(null, emit);
  if (movesStatistics) return new OrdinaryPrefix(STATISTICS_MOVE, emit);
  if (views === null) return new OrdinaryPrefix(NEVER_REPEATED, emit);
  if (plan.spec.prefixCache === 'off') return new OrdinaryPrefix('Switched off in the spec.', emit);

  const { batchSize, train } = plan.spec;
  const shapes = boundaryShapes(network);
  const sizes = depths.map((depth) => imageSize(shapes[depth]));
  if (dependsOnPlace({ session, batchSize, depths, sizes })) return new OrdinaryPrefix(PLACE_DEPENDENT, emit);
  const now = () => performance.now();
  const memoryBytes = cacheMemory();
  const bytesFor = (valueBytes: number) => BlockMemory.bytesFor(valueBytes);
  const count = train * views;
  const isDiskNeeded = count * bytesFor(4 * Math.max(...sizes.slice(1))) > memoryBytes;
  const disk = isDiskNeeded ? await measureDisk(folder, now) : { bytes: 0, speed: null };
  const macs = plan.descriptions.map((layer) => layer.macs);
  const costs = measureCosts({ session, batchSize, depths, sizes, bytesFor, macs, disk: disk.speed, now });
  const visits = visitsOf(plan, views, fromStep);
  const cachePlan = planCache({ costs, visits, count, budget: { memoryBytes, diskBytes: disk.bytes } });
  rehearseKept({ session, plan: cachePlan, visits, batchSize, depths, sizes });
  const usesDisk = cachePlan.boundaries.some(({ onDisk }) => onDisk.to > onDisk.from);
  const recordBytes = Math.max(...costs.bytes);
  return new PrefixCache({
    ...{ plan: cachePlan, costs, visits, depths, sizes, memoryBytes, session, emit, now },
    computeSaved: computeSavedWithCache(plan, { cachePlan, visits, count }),
    imageCount: train,
    steps: plan.steps,
    schedule: new BatchSchedule(trainingBatchPlan(plan.spec), train),
    scheduleAhead: new BatchSchedule(trainingBatchPlan(plan.spec), train),
    scheduleAsked: new BatchSchedule(trainingBatchPlan(plan.spec), train),
    records: usesDisk ? openRecords({ path: join(storage, 'values'), recordBytes }) : null,
  });
}

const NEVER_REPEATED =
  'Augmentation makes a new version of every image in every epoch. With `views` in the spec, inputs would repeat and could be kept.';

const PLACE_DEPENDENT =
  'On this machine the frozen layers give an image other last bits at another place of a batch, so keeping their output would change the run.';

const STATISTICS_MOVE = 'The running statistics of the frozen layers move, so that their output changes at every step.';

const NOT_FORECAST =
  'The policy decides while training which layers freeze, so whether it would pay to keep their output cannot be predicted.';
