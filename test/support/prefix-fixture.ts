import { BatchSchedule, trainingBatchPlan } from '#core/data/batch-schedule.ts';
import type { Network } from '#core/network/ops.ts';
import { boundaryShapes } from '#core/network/shape-ops.ts';
import type { RunEventBody } from '#core/run-event.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import type { CachePlan } from '#core/training/prefix/cache-plan.ts';
import type { RecordFile, RecordPart } from '#core/training/prefix/kept-values.ts';
import { PrefixCache } from '#core/training/prefix/prefix-cache.ts';
import { boundaryDepths, visitsOf } from '#core/training/prefix/visits.ts';
import type { TrainingSession } from '#core/training/session.ts';

export interface CacheFixture {
  readonly plan: TrainingPlan;
  readonly network: Network;
  readonly session: TrainingSession;
  /** Of all images and views: the first ones in memory, the next ones on disk, the rest nowhere. */
  readonly inMemory: number;
  readonly onDisk?: number;
  readonly records?: RecordFile | null;
  readonly memoryBytes?: number;
  readonly fromStep?: number;
  readonly emit?: (body: RunEventBody) => void;
}

/** A cache that keeps what it is told to, at every depth, whether that pays or not. */
export function prefixCacheOf(fixture: CacheFixture): PrefixCache {
  const { plan, network, session, inMemory, onDisk = 0, records = null, memoryBytes = 1e9 } = fixture;
  const { spec } = plan;
  const depths = boundaryDepths(plan);
  const shapes = boundaryShapes(network);
  const sizes = depths.map((depth) => shapes[depth].height * shapes[depth].width * shapes[depth].channels);
  const everywhere = { inMemory, onDisk: { from: inMemory, to: inMemory + onDisk }, ordinaryMs: 10, cachedMs: 1 };
  const cachePlan: CachePlan = { boundaries: depths.map(() => everywhere), savedMs: 9 * (depths.length - 1) };
  const schedule = () => new BatchSchedule(trainingBatchPlan(spec), spec.train);
  let milliseconds = 0;
  return new PrefixCache({
    plan: cachePlan,
    costs: {
      batchSize: spec.batchSize,
      stepMs: depths.map((_, index) => (index === 0 ? 0 : 10)),
      advanceMs: depths.map((_, index) => (index === 0 ? 0 : 10)),
      fixedShare: 0,
      bytes: sizes.map((size) => size * 4),
      copyMsPerByte: 0,
      activeMs: depths.map(() => 10),
      disk: null,
    },
    visits: visitsOf(plan, spec.augment === 'none' ? 1 : (spec.views ?? 1), fixture.fromStep ?? 0),
    ...{ depths, sizes, memoryBytes, session, records },
    computeSaved: plan.computeSaved,
    imageCount: spec.train,
    steps: plan.steps,
    schedule: schedule(),
    scheduleAhead: schedule(),
    scheduleAsked: schedule(),
    emit: fixture.emit ?? (() => undefined),
    now: () => milliseconds++,
  });
}

/** Records in memory that can be told to fail. */
export class FakeRecords implements RecordFile {
  readonly written = new Map<number, Float32Array>();
  isClosed = false;
  reads = 0;
  /** Of the next writings, those that still succeed. */
  writesLeft = Number.POSITIVE_INFINITY;
  #failure: Error | null = null;

  async read(parts: readonly RecordPart[]): Promise<Float32Array> {
    this.reads += 1;
    if (this.#failure !== null) throw this.#failure;
    const rows = parts.map(({ record, length }) => (this.written.get(record) ?? new Float32Array()).slice(0, length));
    return Float32Array.from(rows.flatMap((row) => [...row]));
  }

  write(records: readonly number[], rows: readonly Float32Array[]): void {
    for (const [index, record] of records.entries()) {
      if (this.writesLeft-- <= 0) this.#failure ??= new Error('No space is left on the disk.');
      else this.written.set(record, rows[index].slice());
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}
