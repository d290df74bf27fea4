import type { RunData } from '#core/data/run-data.ts';
import type { RunRecord, StudyRecord } from '#core/records.ts';
import type { RunWeights } from '#core/weights/run-weights.ts';
import type { RunEnergy } from './energy.ts';

/** What the comparison needs to know about a run. */
export interface ComparedRun
  extends Pick<
    RunRecord,
    'id' | 'arm' | 'seed' | 'status' | 'deleted' | 'testError' | 'computeSaved' | 'profileSaved'
  > {
  /** Null where they were not recorded, as in version 0.1.0. */
  readonly data: RunData | null;
  /** Why a finished run has not trained all of its epochs; null or absent where it has. */
  readonly reason?: string | null;
  /** Null where they were drawn, or not recorded. */
  readonly weights: RunWeights | null;
  /** Null or absent where the system did not tell the power of every epoch. */
  readonly energy?: RunEnergy | null;
  readonly seconds: Pick<RunRecord['seconds'], 'training'>;
  /** The number of images on which it was tested. */
  readonly spec: Pick<RunRecord['spec'], 'test'>;
}

/** A study, or as much of it as the comparison needs. */
export interface StudyToCompare extends Pick<StudyRecord, 'id' | 'arms' | 'seeds' | 'margin'> {
  readonly runs: readonly ComparedRun[];
}
