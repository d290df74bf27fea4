import type { SkippedFiles } from './data/data-files.ts';
import type { FailureNews } from './failure-news.ts';

/** What a file had to be changed in, apart from the size that a data set asks for, to be read as the images trained on. */
export type Adaptation = 'resized' | 'made grey';

/** What a run's network makes of one image file. */
export interface PredictedImage {
  /** Its path below the folder, with slashes on every system. */
  readonly file: string;
  /** The class with the largest probability, the first one of several; null where there is a problem. */
  readonly predicted: number | null;
  /** One for each class; null where the file cannot be read. */
  readonly probabilities: readonly number[] | null;
  /** The end of a sentence that begins with the file: "is a damaged PNG image (...)". */
  readonly problem: string | null;
  readonly adapted: readonly Adaptation[];
}

/** What a prediction tells, in this order; `failed` is its end where it comes. */
export type PredictionNews =
  | { readonly type: 'classes'; readonly runId: string; readonly classNames: readonly string[] }
  | { readonly type: 'listed'; readonly images: number; readonly skipped: readonly SkippedFiles[] }
  | { readonly type: 'said'; readonly text: string }
  | { readonly type: 'predicted'; readonly images: readonly PredictedImage[] }
  | FailureNews;

/** exp(row_k - largest) / sum_j exp(row_j - largest), in doubles. */
export function softmax(row: Float32Array): readonly number[] {
  const largest = row.reduce((largest, logit) => Math.max(largest, logit), Number.NEGATIVE_INFINITY);
  const parts = Array.from(row, (logit) => Math.exp(logit - largest));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}
