import type { FailureNews } from '../failure-news.ts';

/** What an import has done, in the order of the file. */
export interface Imported {
  /** The runs that this home did not have. */
  readonly runIds: readonly string[];
  /** The runs of which it had no events, or only a part. */
  readonly completedRunIds: readonly string[];
  readonly studyIds: readonly string[];
  readonly eventsAdded: number;
  /** Events that it had already, with the same content. */
  readonly eventsThere: number;
  /** What was not imported, and why: one sentence each, of which each names its run or its line. */
  readonly leftOut: readonly string[];
  /** How many such sentences there are, of which the first are listed. */
  readonly leftOutCount: number;
}

/** What an import tells while it works; the last is what it did, or why it failed. */
export type ImportNews =
  | { readonly type: 'reading'; readonly bytes: number }
  | { readonly type: 'storing'; readonly runs: number; readonly of: number; readonly events: number }
  | ({ readonly type: 'imported' } & Imported)
  /** Somebody ended it: the runs that are stored are whole, and the same file completes the rest. */
  | ({ readonly type: 'ended' } & Imported)
  | FailureNews;

/** Sentences that are listed; a file may have a million. */
export const MOST_LEFT_OUT = 100;
