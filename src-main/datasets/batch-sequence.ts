import type { Batch, BatchArrays } from '#core/data/batch.ts';
import type { BatchPlan } from '#core/data/batch-schedule.ts';
import { imageSize } from '#core/data/image-set.ts';
import { AppError } from '#core/errors.ts';
import type { ImageShape } from '#core/network/operations/operation.ts';
import type { AskedBatch } from './batch-worker.ts';

export type SequenceOptions = {
  /** The shape of the images in a batch. */
  readonly input: ImageShape;
  readonly plan: BatchPlan;
  readonly fromStep: number;
  /** One slot is read while the others are filled. */
  readonly slotCount: number;
  /** Opens the sequence in the thread that prepares its batches. */
  readonly open: (slots: readonly BatchArrays[]) => Promise<void>;
  /** Fills a slot with the batch of a step, or with its labels alone; returns the number of its images. */
  readonly prepare: (asked: AskedBatch) => Promise<number>;
};

interface ReadyBatch {
  readonly count: number;
  readonly hasImages: boolean;
}

type Waiting = { readonly resolve: (batch: Batch) => void; readonly reject: (error: AppError) => void };

function sharedSlot(input: ImageShape, batchSize: number): BatchArrays {
  const values = batchSize * imageSize(input);
  return {
    images: new Float32Array(new SharedArrayBuffer(values * Float32Array.BYTES_PER_ELEMENT)),
    labels: new Int32Array(new SharedArrayBuffer(batchSize * Int32Array.BYTES_PER_ELEMENT)),
  };
}

/**
 * The feeder's side of one sequence. The batch of step s lies in slot (s - fromStep) mod slotCount; a slot is
 * filled again only after the next call has given its batch back, so the content of a batch never depends on timing.
 */
export class BatchSequence {
  readonly #options: SequenceOptions;
  readonly #slots: readonly BatchArrays[];
  readonly #imageSize: number;
  /** The batches that are prepared but not read yet, by step. */
  readonly #ready = new Map<number, ReadyBatch>();
  #isOmitted: (step: number) => boolean = () => false;
  #step: number;
  #waiting: Waiting | null = null;
  #failure: AppError | null = null;
  #isReading = false;

  constructor(options: SequenceOptions) {
    const { input, plan, fromStep, slotCount } = options;
    this.#options = options;
    this.#imageSize = imageSize(input);
    this.#slots = Array.from({ length: slotCount }, () => sharedSlot(input, plan.batchSize));
    this.#step = fromStep;
    options.open(this.#slots).catch((error) => this.fail(error));
    for (let slot = 0; slot < slotCount; slot++) this.#prepare(slot, fromStep + slot);
  }

  next(): Promise<Batch> {
    if (this.#waiting !== null) {
      return Promise.reject(new AppError('internal', 'A batch was requested before the previous one had come.'));
    }
    this.#giveBack();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#settle();
    });
  }

  omitImages(isOmitted: (step: number) => boolean): void {
    this.#isOmitted = isOmitted;
  }

  /** Ends the sequence: this call of `next` and every later one rejects. */
  fail(error: AppError): void {
    this.#failure ??= error;
    this.#settle();
  }

  #prepare(slot: number, step: number): void {
    const hasImages = !this.#isOmitted(step);
    this.#options.prepare({ slot, step, hasImages }).then(
      (count) => {
        this.#ready.set(step, { count, hasImages });
        this.#settle();
      },
      (error) => this.fail(error),
    );
  }

  /** Gives back the batch that was read: its slot is filled again, and the batch of the next step is due. */
  #giveBack(): void {
    if (!this.#isReading) return;
    const slot = this.#slotOf(this.#step);
    this.#prepare(slot, this.#step + this.#options.slotCount);
    this.#step++;
    this.#isReading = false;
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    const ready = this.#ready.get(this.#step);
    if (this.#failure === null && ready === undefined) return;
    this.#waiting = null;
    if (this.#failure !== null) waiting.reject(this.#failure);
    else if (ready !== undefined) waiting.resolve(this.#read(ready));
  }

  #read({ count, hasImages }: ReadyBatch): Batch {
    const slot = this.#slots[this.#slotOf(this.#step)];
    this.#ready.delete(this.#step);
    this.#isReading = true;
    return {
      images: slot.images.subarray(0, hasImages ? count * this.#imageSize : 0),
      labels: slot.labels.subarray(0, count),
      count,
      step: this.#step,
    };
  }

  #slotOf(step: number): number {
    return (step - this.#options.fromStep) % this.#options.slotCount;
  }
}
