import type { FailureNews } from '../failure-news.ts';

/** The event lines of a study, in a file of the home that is removed once nobody listens any more. */
export interface WrittenLines {
  readonly path: string;
  /** All lines, that of the study too. */
  readonly lines: number;
  /** What could not be read and was left out: one sentence each. */
  readonly leftOut: readonly string[];
}

/** What an export of event lines tells while it works; the last is where they are, or why it failed. */
export type ExportNews =
  | { readonly type: 'writing'; readonly runs: number; readonly of: number; readonly events: number }
  | ({ readonly type: 'written' } & WrittenLines)
  | FailureNews;
