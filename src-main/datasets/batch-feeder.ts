import type { Batch, BatchFeeder, FedBatches } from '#core/data/batch.ts';
import { type BatchPlan, evaluationBatchPlan, stepsPerEpoch } from '#core/data/batch-schedule.ts';
import type { ImageSet } from '#core/data/image-set.ts';
import type { NetworkReading } from '#core/data/normalization.ts';
import { AppError } from '#core/errors.ts';
import { Thread } from '../threads/thread.ts';
import { BatchSequence } from './batch-sequence.ts';
import type { BatchFunctions } from './batch-worker.ts';

/** One batch is read while two are prepared: enough for an occasional step that is shorter than preparing a batch. */
const SLOT_COUNT = 3;

/** Batches from one worker thread; training and evaluation sequences may be open at the same time. */
class WorkerBatchFeeder implements BatchFeeder {
  readonly #thread: Thread<BatchFunctions>;
  readonly #reading: NetworkReading;
  readonly #sequences = new Set<BatchSequence>();
  #opened = 0;
  #isClosed = false;

  constructor(reading: NetworkReading) {
    this.#reading = reading;
    const entry = new URL('./batch-worker.ts', import.meta.url);
    this.#thread = new Thread(entry, { name: 'batches', does: 'prepares the batches' });
  }

  trainingBatches(set: ImageSet, plan: BatchPlan, fromStep: number): FedBatches {
    stepsPerEpoch(plan, set.count);
    return this.#open(set, plan, fromStep);
  }

  async *evaluationBatches(set: ImageSet, batchSize: number): AsyncGenerator<Batch, void, undefined> {
    const plan = evaluationBatchPlan(batchSize);
    const batchCount = stepsPerEpoch(plan, set.count);
    const batches = this.#open(set, plan, 0);
    try {
      for (let index = 0; index < batchCount; index++) yield await batches.next();
    } finally {
      batches.close();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const batches of this.#sequences) batches.fail(closedError());
    await this.#thread.close();
  }

  #open(set: ImageSet, plan: BatchPlan, fromStep: number): FedBatches {
    const number = this.#opened++;
    const { remote } = this.#thread;
    const sent = { set: { ...set, pixels: set.pixels.stored }, plan, reading: this.#reading };
    const batches = new BatchSequence({
      ...{ input: this.#reading.input ?? set, plan, fromStep, slotCount: SLOT_COUNT },
      open: (slots) => remote.open(number, { ...sent, slots }),
      prepare: (asked) => remote.prepare(number, asked),
    });
    this.#sequences.add(batches);
    if (this.#isClosed) batches.fail(closedError());
    return {
      next: () => batches.next(),
      omitImages: (isOmitted) => batches.omitImages(isOmitted),
      close: () => {
        this.#sequences.delete(batches);
        batches.fail(closedError());
        // The thread may have ended, and then has no open sequence.
        remote.close(number).catch(() => undefined);
      },
    };
  }
}

function closedError(): AppError {
  return new AppError('internal', 'The batches were closed.');
}

/** Starts the worker thread. */
export function openBatchFeeder(reading: NetworkReading): BatchFeeder {
  return new WorkerBatchFeeder(reading);
}
