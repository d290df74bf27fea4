import type { FolderListing, SkippedFiles } from '../data-files.ts';
import type { DamagedFile } from './damaged-file.ts';
import type { DataPart, DatasetReport, SideLengths, SizeCount } from './dataset-report.ts';

/** A size with the file of one of its images. */
export interface SizeExample extends SizeCount {
  readonly example: string;
}

/** What is known of image files apart from their pixels. */
export interface ImageFileFacts {
  /** The paths below the folder, in the order of the images. */
  readonly files: Readonly<Partial<Record<DataPart, readonly string[]>>>;
  readonly listing: Omit<FolderListing, 'skipped'>;
  readonly damaged: readonly DamagedFile[];
  /** Sizes before the images are resized. */
  readonly sizes: readonly SizeExample[];
  /** The side to which they are resized; null where they are not. */
  readonly resizedTo: number | null;
  readonly grey: number;
  readonly fileBytes: number;
}

/** What a complete reading of a data set has shown, from which its report is written. */
export interface ReportFacts {
  readonly classNames: readonly string[];
  /** The label of every image; a part that the data do not bring is left out. */
  readonly labels: Readonly<Partial<Record<DataPart, ArrayLike<number>>>>;
  /** Null where the images cannot be trained on. */
  readonly image: DatasetReport['image'];
  /**
   * Groups of images that are equal in every pixel, by their numbers, which count through the training, validation and test
   * images.
   */
  readonly equalImages: readonly (readonly number[])[];
  /** What was left out: files, or arrays of a file. */
  readonly skipped: readonly SkippedFiles[];
  /** Null for a data set in arrays. */
  readonly imageFiles: ImageFileFacts | null;
}

/** "32 × 48", height first. */
export function sidesText({ height, width }: SideLengths): string {
  return `${height} × ${width}`;
}
