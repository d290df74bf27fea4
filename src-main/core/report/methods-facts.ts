import type { Normalization } from '#core/data/normalization.ts';
import type { DatasetRecord, RunDetail, StudyRecord } from '#core/records.ts';

/** The stored facts from which the methods of a study are written. Unknown is null. */
export interface MethodsFacts {
  readonly study: StudyRecord;
  /** The runs without deleted ones. */
  readonly runs: readonly RunDetail[];
  /** Null for images that no registered data set names. */
  readonly dataset: DatasetRecord | null;
  /** The normalisation that the runs trained with; null before the first has begun. */
  readonly normalization: Normalization | null;
}

/** A paragraph of the methods: its title and its sentences. */
export interface MethodsParagraph {
  readonly title: string;
  readonly text: string;
}
