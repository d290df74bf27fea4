import { Worker } from 'node:worker_threads';
import type { Batch, BatchFeeder, TrainingBatches } from '#core/data/batch.ts';
import { type BatchPlan, evaluationPlan, stepsPerEpoch } from '#core/data/batch-schedule.ts';
import type { ImageSet } from '#core/data/image-set.ts';
import type { Normalization } from '#core/data/normalization.ts';
import { AppError } from '#core/errors.ts';
import type { BatchReply, BatchRequest } from './batch-messages.ts';
import { BatchSequence } from './batch-sequence.ts';

/** One batch is read, two are being prepared: enough to ride out a step that is shorter than a batch takes. */
const SLOT_COUNT = 3;

/** Batches from one worker thread; training and evaluation sequences may be open at the same time. */
class WorkerBatchFeeder implements BatchFeeder {
  readonly #worker: Worker;
  readonly #statistics: Normalization;
  readonly #sequences = new Map<number, BatchSequence>();
  #opened = 0;
  #failure: AppError | null = null;

  constructor(statistics: Normalization) {
    this.#statistics = statistics;
    this.#worker = new Worker(new URL('./batch-worker.ts', import.meta.url));
    this.#worker.on('message', (reply: BatchReply) => this.#sequences.get(reply.sequence)?.receive(reply));
    this.#worker.on('error', (error) => this.#fail(`The thread that prepares the batches failed: ${error.message}.`));
    this.#worker.on('exit', () => this.#fail('The thread that prepares the batches has ended.'));
  }

  trainingBatches(set: ImageSet, plan: BatchPlan, fromStep: number): TrainingBatches {
    stepsPerEpoch(plan, set.count);
    return this.#open(set, plan, fromStep);
  }

  async *evaluationBatches(set: ImageSet, batchSize: number): AsyncGenerator<Batch, void, undefined> {
    const plan = evaluationPlan(batchSize);
    const batchCount = stepsPerEpoch(plan, set.count);
    const batches = this.#open(set, plan, 0);
    try {
      for (let index = 0; index < batchCount; index++) yield await batches.next();
    } finally {
      batches.close();
    }
  }

  async close(): Promise<void> {
    this.#fail('The batches were closed.');
    await this.#worker.terminate();
  }

  #open(set: ImageSet, plan: BatchPlan, fromStep: number): TrainingBatches {
    const sequence = this.#opened++;
    const sent = { ...set, pixels: set.pixels.stored };
    const opening = { sequence, set: sent, plan, statistics: this.#statistics };
    const post = (request: BatchRequest): void => this.#worker.postMessage(request);
    const batches = new BatchSequence({
      ...{ set, plan, fromStep, slotCount: SLOT_COUNT },
      post: (request) => post(request.type === 'open' ? { ...opening, ...request } : { sequence, ...request }),
    });
    this.#sequences.set(sequence, batches);
    if (this.#failure !== null) batches.fail(this.#failure);
    return {
      next: () => batches.next(),
      close: () => {
        this.#sequences.delete(sequence);
        batches.close();
      },
    };
  }

  #fail(message: string): void {
    this.#failure ??= new AppError('internal', message);
    for (const batches of this.#sequences.values()) batches.fail(this.#failure);
  }
}

/** Starts the worker thread. `statistics` are those of the images that are trained on. */
export function openBatchFeeder(statistics: Normalization): BatchFeeder {
  return new WorkerBatchFeeder(statistics);
}
