import { testSplitErrors } from '#core/classes/class-errors.ts';
import type { Normalization } from '#core/data/normalization.ts';
import type { DatasetRecord, RunDetail, RunRecord, StudyRecord } from '#core/records.ts';

/** What a report says of a run. What a run reported step by step and epoch by epoch is not kept: a study may have a thousand runs. */
export interface ReportedRun extends RunRecord, Pick<RunDetail, 'layers' | 'freezes'> {
  /** Whether an epoch has ended. */
  readonly hasEpochs: boolean;
  /** Whether its test images were counted class by class. */
  readonly hasClasses: boolean;
}

/** What a report keeps of a run. */
export function reportedRun(run: RunDetail): ReportedRun {
  const { epochs, splitErrors, unfreezes: _, checkpoints: __, segments: ___, profile: ____, ...kept } = run;
  return { ...kept, hasEpochs: epochs.length > 0, hasClasses: testSplitErrors(splitErrors) !== null };
}

/** The stored facts from which the methods of a study are written. Unknown is null. */
export interface MethodsFacts {
  readonly study: StudyRecord;
  /** The runs without deleted ones; of each arm, only the first that has begun has its layers and freezes. */
  readonly runs: readonly ReportedRun[];
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
