import { AppError } from '../errors.ts';
import { CROP_PADDING, type CropFlip, drawCropFlip, unchanged } from './augmentation.ts';
import type { BatchPlan, BatchSelection } from './batch-schedule.ts';
import { type ImageSet, imageSize } from './image-set.ts';
import { type Normalization, normalizedValues } from './normalization.ts';

/** Where a batch is written: images [batch, height, width, channels] normalised, labels [batch]. */
export type BatchArrays = { readonly images: Float32Array; readonly labels: Int32Array };

/** A batch as training and evaluation read it: the arrays hold exactly `count` images. */
export type Batch = BatchArrays & {
  readonly count: number;
  /** The step of the run, or of the evaluation, counted from 0. */
  readonly step: number;
};

/** Batches in the order of their steps. A batch's arrays are valid until the next call. */
export interface TrainingBatches {
  /** Rejects with the AppError for which the batch could not be made. One call at a time. */
  next(): Promise<Batch>;
  close(): void;
}

/** Prepares batches while the step before runs. */
export interface BatchFeeder {
  /** Batches from `fromStep` on, without an end; any step of a run can be the first. */
  trainingBatches(set: ImageSet, plan: BatchPlan, fromStep: number): TrainingBatches;
  /** Every image once, in the order of the set; the last batch may be short. */
  evaluationBatches(set: ImageSet, batchSize: number): AsyncGenerator<Batch, void, undefined>;
  close(): Promise<void>;
}

/** Writes batches of one image set: a pure function of set, normalisation, plan and selection. */
export class BatchAssembler {
  readonly #set: ImageSet;
  readonly #plan: BatchPlan;
  /** [256, channels] */
  readonly #values: Float32Array;

  constructor(set: ImageSet, plan: BatchPlan, statistics: Normalization) {
    if (statistics.mean.length !== set.channels) {
      throw new AppError(
        'internal',
        `The normalisation has ${statistics.mean.length} channels, but the images have ${set.channels}.`,
      );
    }
    this.#set = set;
    this.#plan = plan;
    this.#values = normalizedValues(statistics);
  }

  /** Fills the target from its start and returns the number of images written. */
  assemble({ round, indices }: BatchSelection, target: BatchArrays): number {
    const size = imageSize(this.#set);
    for (let position = 0; position < indices.length; position++) {
      const image = indices[position];
      target.labels[position] = this.#set.labels[image];
      const pixels = this.#set.pixels.read(image * size, (image + 1) * size);
      this.#writeImage(pixels, this.#cropOf(image, round), target.images.subarray(position * size));
    }
    return indices.length;
  }

  #cropOf(image: number, round: number): CropFlip {
    return this.#plan.augment === 'none' ? unchanged : drawCropFlip({ seed: this.#plan.seed, round, image });
  }

  #writeImage(pixels: Uint8Array, crop: CropFlip, target: Float32Array): void {
    const { height } = this.#set;
    for (let row = 0; row < height; row++) {
      const sourceRow = row + crop.top - CROP_PADDING;
      this.#writeRow(sourceRow < 0 || sourceRow >= height ? null : sourceRow, {
        pixels,
        crop,
        target,
        start: row * this.#set.width * this.#set.channels,
      });
    }
  }

  /** One row of the target; a null source row is padding. Padding is black, pixel value 0, before normalisation. */
  #writeRow(sourceRow: number | null, { pixels, crop, target, start }: RowTarget): void {
    const { width, channels } = this.#set;
    const values = this.#values;
    const columnStep = crop.flipped ? -1 : 1;
    let column = (crop.flipped ? width - 1 : 0) + crop.left - CROP_PADDING;
    let written = start;
    for (let counter = 0; counter < width; counter++, column += columnStep) {
      const isPadding = sourceRow === null || column < 0 || column >= width;
      const source = isPadding ? 0 : (sourceRow * width + column) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const pixel = isPadding ? 0 : pixels[source + channel];
        target[written++] = values[pixel * channels + channel];
      }
    }
  }
}

type RowTarget = {
  /** Of the image, [height, width, channels]. */
  readonly pixels: Uint8Array;
  readonly crop: CropFlip;
  readonly target: Float32Array;
  readonly start: number;
};
