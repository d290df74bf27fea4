/** What is done for a well-known data set, in this order. */
export type DownloadStage =
  /** Another program on this machine gets the same files. */
  | 'waiting'
  | 'downloading'
  /** Its checksums are computed. */
  | 'checking'
  | 'unpacking'
  /** It is being added: all of its files are read once. */
  | 'reading';

/** How far the files of a well-known data set are. */
export interface FilesProgress {
  readonly stage: DownloadStage;
  /** Of the bytes that this stage goes through; null where that is not known. */
  readonly done: number | null;
  readonly total: number | null;
  /** Null until some seconds have been measured, and where nothing is downloaded. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

/** A stage of which nothing can be counted. */
export function uncounted(stage: DownloadStage): FilesProgress {
  return { stage, done: null, total: null, bytesPerSecond: null, secondsLeft: null };
}

/** The share of a stage that is done; null where it is not known. */
export function doneShare({ done, total }: FilesProgress): number | null {
  return done === null || total === null || total === 0 ? null : done / total;
}

/** How far a well-known data set is; null once it is there, or no longer on its way. */
export interface DownloadProgress {
  readonly name: string;
  readonly progress: FilesProgress | null;
}
