import { z } from 'zod';
import type { ContentHashes } from './dataset-content.ts';
import type { DatasetLocation } from './dataset-location.ts';
import type { SplitRule } from './split.ts';

/** A SHA-256. */
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');

/** What tells the data of a run from others: the hash of all images and labels on which it trains, validates and tests. */
export const runDataSchema = z.object({ sha256: hashSchema });
export type RunData = z.infer<typeof runDataSchema>;

/** The data of a run of this home. */
export interface RecordedData extends RunData {
  /** Where they were when the run was planned; null for an imported run, and for one that version 0.1.0 planned. */
  readonly location: DatasetLocation | null;
}

/** The data that a run with this rule uses: a validation split that the data bring counts only where the run is validated on it. */
export function runDataOf({ sha256, withValidation }: ContentHashes, split: SplitRule): RunData {
  return { sha256: split === 'given' ? (withValidation ?? sha256) : sha256 };
}

const SHORT_HASH = 12;

/** As much of a hash as tells data sets, or files of weights, apart at a glance. */
export function shortHash({ sha256 }: RunData): string {
  return sha256.slice(0, SHORT_HASH);
}

/** The data of a run, or its weights, in one line; "not recorded" for runs of version 0.1.0. */
export function recordedText(recorded: RunData | null): string {
  return recorded === null ? 'not recorded' : `SHA-256 ${shortHash(recorded)}`;
}
