import { ChosenPixels } from './chosen-pixels.ts';
import type { SkippedFiles } from './data-files.ts';
import { allocateLabels } from './image-memory.ts';
import type { Pixels } from './pixels.ts';

/** Labelled images of one size. */
export type ImageSet = {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Number of classes; every label is in 0 .. classes-1. */
  readonly classes: number;
  /** [count, height, width, channels] */
  readonly pixels: Pixels;
  /** [count] */
  readonly labels: Int32Array;
};

/** A data set as its files hold it: the training file and the test file, with the same image size and classes. */
export type DataSource = {
  readonly training: ImageSet;
  readonly test: ImageSet;
  /** The validation split that the data bring: at least one image; absent where they bring none. */
  readonly validation?: ImageSet;
  readonly classNames?: readonly string[];
  /** What the files hold besides, and why it is left out. */
  readonly skipped?: readonly SkippedFiles[];
};

/** What is known of a data set without reading its images. */
export interface DatasetInfo {
  /** Images in the training file and in the test file. */
  readonly training: number;
  readonly test: number;
  /** Images in the validation split that the data bring; 0 where they bring none. */
  readonly validation: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

/** The sizes of an open data set. */
export function sourceInfo({ training, test, validation }: DataSource): DatasetInfo {
  const { height, width, channels, classes } = training;
  const counts = { training: training.count, test: test.count, validation: validation?.count ?? 0 };
  return { ...counts, height, width, channels, classes };
}

/** The number of values of one image, which is its size in bytes. */
export function imageSize({ height, width, channels }: Pick<ImageSet, 'height' | 'width' | 'channels'>): number {
  return height * width * channels;
}

/** The images start .. end-1 of a set, over the same memory or file. */
export function sliceImages(set: ImageSet, start: number, end: number): ImageSet {
  const size = imageSize(set);
  return {
    ...set,
    count: end - start,
    pixels: set.pixels.slice(start * size, end * size),
    labels: set.labels.subarray(start, end),
  };
}

/** The images at these places of a set, in this order, over the same memory or file. */
export function chooseImages(set: ImageSet, places: Uint32Array): ImageSet {
  const labels = allocateLabels(places.length);
  places.forEach((place, image) => {
    labels[image] = set.labels[place];
  });
  const pixels = new ChosenPixels(set.pixels, { places, imageBytes: imageSize(set) });
  return { ...set, count: places.length, pixels, labels };
}
