import type { ImageShape } from '#core/network/operations/operation.ts';
import { AppError } from '../errors.ts';
import { CROP_PADDING, type CropFlip } from './augmentation.ts';
import type { BatchPlan, BatchSelection } from './batch-schedule.ts';
import { type ImageSet, imageSize } from './image-set.ts';
import { ImageViews } from './image-view.ts';
import { type NetworkReading, normalizedValues } from './normalization.ts';

/** Where a batch is written: images [batch, height, width, channels] normalised, labels [batch]. */
export type BatchArrays = { readonly images: Float32Array; readonly labels: Int32Array };

/** A batch as training and evaluation read it: the arrays hold exactly `count` images. */
export type Batch = BatchArrays & {
  readonly count: number;
  /** The step of the run, or of the evaluation, counted from 0. */
  readonly step: number;
};

/** The batches of a run, whose images need not all be made. */
export interface FedBatches extends TrainingBatches {
  /**
   * From the next step that is prepared on, leaves `images` empty where this says so. It is asked some steps ahead, once for each
   * step and in their order.
   */
  omitImages(isOmitted: (step: number) => boolean): void;
}

/** Batches in the order of their steps. A batch's arrays are valid until the next call. */
export interface TrainingBatches {
  /** Takes one call at a time. Rejects with the AppError that kept the batch from being made. */
  next(): Promise<Batch>;
  close(): void;
}

/** Prepares batches while the step before runs. */
export interface BatchFeeder {
  /** Endless batches from `fromStep` on; any step of a run can be the first. */
  trainingBatches(set: ImageSet, plan: BatchPlan, fromStep: number): FedBatches;
  /** Every image once, in the order of the set; the last batch may be short. */
  evaluationBatches(set: ImageSet, batchSize: number): AsyncGenerator<Batch, void, undefined>;
  close(): Promise<void>;
}

/** Writes batches of one image set: a pure function of set, reading, plan and selection. */
export class BatchAssembler {
  readonly #set: ImageSet;
  readonly #views: ImageViews;
  readonly #input: ImageShape;
  /** [256, channels] */
  readonly #values: Float32Array;

  constructor(set: ImageSet, plan: BatchPlan, { statistics, input = set }: NetworkReading) {
    if (statistics.mean.length !== input.channels) {
      throw new AppError(
        'internal',
        `The normalisation has ${statistics.mean.length} channels, but the images have ${input.channels}.`,
      );
    }
    this.#set = set;
    this.#views = new ImageViews(set, input, plan);
    this.#input = input;
    this.#values = normalizedValues(statistics);
  }

  /** Writes the labels alone; returns their number. */
  label({ indices }: BatchSelection, target: Pick<BatchArrays, 'labels'>): number {
    for (const [position, image] of indices.entries()) target.labels[position] = this.#set.labels[image];
    return indices.length;
  }

  /** Fills the target from its start and returns the number of images written. */
  assemble({ round, indices }: BatchSelection, target: BatchArrays): number {
    const [size, inputSize] = [imageSize(this.#set), imageSize(this.#input)];
    this.label({ round, indices }, target);
    for (let position = 0; position < indices.length; position++) {
      const image = indices[position];
      const stored = this.#set.pixels.read(image * size, (image + 1) * size);
      const { pixels, crop } = this.#views.viewOf(stored, image, round);
      this.#writeImage(pixels, crop, target.images.subarray(position * inputSize));
    }
    return indices.length;
  }

  #writeImage(pixels: Uint8Array, crop: CropFlip, target: Float32Array): void {
    const { height, width } = this.#input;
    const part = columnsOf(crop, width);
    for (let row = 0; row < height; row++) {
      const sourceRow = row + crop.top - CROP_PADDING;
      const isPadding = sourceRow < 0 || sourceRow >= height;
      const [first, end] = isPadding ? [width, width] : [part.first, part.end];
      this.#writeBlack(target, row * width, row * width + first);
      if (first < end) this.#writeRow({ ...part, pixels, target, row, sourceRow });
      this.#writeBlack(target, row * width + end, (row + 1) * width);
    }
  }

  /** Writes the columns first .. end-1 of a row of the target, which come from the image. */
  #writeRow({ pixels, target, row, sourceRow, first, end, sourceFirst, sourceStep }: CroppedRow): void {
    const { width, channels } = this.#input;
    const values = this.#values;
    const step = sourceStep * channels;
    const source = (sourceRow * width + sourceFirst) * channels;
    const written = (row * width + first) * channels;
    if (channels === 3) {
      // Nearly all images have 3 channels: written out, this takes a third of the time of the loop over channels.
      for (let column = 0, from = source, to = written; column < end - first; column++, from += step, to += 3) {
        target[to] = values[pixels[from] * 3];
        target[to + 1] = values[pixels[from + 1] * 3 + 1];
        target[to + 2] = values[pixels[from + 2] * 3 + 2];
      }
      return;
    }
    for (let column = 0, from = source, to = written; column < end - first; column++, from += step, to += channels) {
      for (let channel = 0; channel < channels; channel++) {
        target[to + channel] = values[pixels[from + channel] * channels + channel];
      }
    }
  }

  /** Writes padding, which is black (pixel value 0) before normalisation, to the pixels first .. end-1 of the target. */
  #writeBlack(target: Float32Array, first: number, end: number): void {
    const { channels } = this.#input;
    for (let written = first * channels; written < end * channels; written++) {
      target[written] = this.#values[written % channels];
    }
  }
}

/** Which columns of a cropped row come from the image, from which of its columns, and in which direction. */
type CroppedColumns = {
  readonly first: number;
  readonly end: number;
  readonly sourceFirst: number;
  readonly sourceStep: 1 | -1;
};

type CroppedRow = CroppedColumns & {
  /** The pixels of the image, [height, width, channels]. */
  readonly pixels: Uint8Array;
  readonly target: Float32Array;
  readonly row: number;
  readonly sourceRow: number;
};

function columnsOf({ left, flipped }: CropFlip, width: number): CroppedColumns {
  // Column c of the crop is column c + offset of the image; a flip counts c from the other side.
  const offset = left - CROP_PADDING;
  const shift = flipped ? offset : -offset;
  const end = Math.max(0, Math.min(width, width + shift));
  const first = Math.min(Math.max(0, shift), end);
  const sourceFirst = (flipped ? width - 1 - first : first) + offset;
  return { first, end, sourceFirst, sourceStep: flipped ? -1 : 1 };
}
