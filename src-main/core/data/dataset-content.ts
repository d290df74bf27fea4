import type { SkippedFiles } from './data-files.ts';
import type { DatasetInfo } from './image-set.ts';

/** SHA-256 over sizes, pixels and labels, hexadecimal: the same images give the same hashes in any file format. */
export interface ContentHashes {
  /** Of the training file and the test file. */
  readonly sha256: string;
  /** Of these and the validation split that the data bring; null where they bring none. */
  readonly withValidation: string | null;
}

/** What a complete reading of a data set tells about it. */
export interface DatasetContent {
  readonly info: DatasetInfo;
  readonly hashes: ContentHashes;
  /** [count] each, in the order of the images; `validation` is null where the data bring no such split. */
  readonly labels: {
    readonly training: Int32Array;
    readonly validation: Int32Array | null;
    readonly test: Int32Array;
  };
  /** The names of the classes in the files; null where these give none. */
  readonly classNames: readonly string[] | null;
  /**
   * Groups of images that are equal in every pixel, by their numbers, which count through the training, validation and test images.
   */
  readonly equalImages: readonly (readonly number[])[];
  /** What arrays hold besides, and why it is left out; a folder's list of images has its own. */
  readonly skipped: readonly SkippedFiles[];
}
