import type { DatasetSamples } from '../records.ts';
import type { DatasetContent } from './dataset-content.ts';
import type { DatasetLocation } from './dataset-location.ts';
import type { DatasetInfo } from './image-set.ts';
import type { FilesProgress } from './known/download-progress.ts';
import type { KnownDataset } from './known/known-dataset.ts';
import type { DatasetReport } from './report/dataset-report.ts';

/** Which images of a data set to show. */
export interface SamplesQuery {
  readonly split: 'training' | 'test' | 'validation';
  readonly count: number;
  readonly seed: number;
}

export interface ContentOptions {
  /** Gets the progress of a long reading. */
  readonly say?: ((line: string) => void) | undefined;
  /** Whether to read the files even where they seem unchanged: a disk may have damaged them. */
  readonly again?: boolean;
  /** Ends the wait for a reading, not the reading: what it prepares is kept for the next time, if the process lives that long. */
  readonly signal?: AbortSignal | undefined;
}

/** The data set to report on; its name determines what classes are called that have no names in its files. */
export interface ReportRequest {
  readonly name: string;
  readonly location: DatasetLocation;
}

/** Knows data sets by location; reads no more of the files than it has to. */
export interface DatasetCatalog {
  /** Describes the data set. Throws 'not-found' or 'corrupt', naming the file. `say` gets the progress of a preparation. */
  describe(location: DatasetLocation, say?: (line: string) => void): Promise<DatasetInfo>;
  /**
   * The data set's sizes, hashes and labels. Reads all of its files once, and keeps what they told in the per-user cache for as
   * long as no file changes. Throws as `describe` does, also for a label that is out of range.
   */
  content(location: DatasetLocation, options?: ContentOptions): Promise<DatasetContent>;
  /**
   * Everything that is remarkable about the data set. Reads all of its files unless `content` has done so since they changed. Tells
   * of all damaged images at once; throws as `describe` does where there is nothing to report on. The signal ends the wait.
   */
  report(request: ReportRequest, say?: (line: string) => void, signal?: AbortSignal): Promise<DatasetReport>;
  /** Images drawn by the seed, and the counts of all classes. The name determines what the classes are called. The signal ends the wait. */
  samples(
    dataset: { readonly name: string; readonly location: DatasetLocation },
    query: SamplesQuery,
    signal?: AbortSignal,
  ): Promise<DatasetSamples>;
  /** Names of the data sets that come with the set-up. */
  builtInNames(): readonly string[];
  /** The location of such a data set; null for another name, or where the set-up has not placed it. */
  builtIn(name: string): DatasetLocation | null;
}

/** The files of well-known data sets on this machine. */
export interface KnownFiles {
  /** Where the data set is once it is here. */
  place(known: KnownDataset): DatasetLocation;
  /** Whether all of its files are here and were checked. */
  isHere(known: KnownDataset): boolean;
  /** The bytes that a download which was ended has left. */
  keptBytes(known: KnownDataset): number;
  /**
   * Downloads, checks and unpacks its files, or goes on with that. The signal ends it, and what has arrived is kept. Throws
   * 'unavailable' where no address gives a file, 'corrupt' where one gives another file, and 'no-space'.
   */
  fetch(known: KnownDataset, watching: FilesWatching): Promise<void>;
}

export interface FilesWatching {
  readonly report: (progress: FilesProgress) => void;
  readonly signal: AbortSignal;
}
