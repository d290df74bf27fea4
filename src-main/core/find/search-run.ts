import type { CountedRun } from '#core/analysis/rounding.ts';
import type { RunRecord } from '#core/records.ts';

/** What a search needs to know about a run of its study. */
export type SearchRun = Pick<
  RunRecord,
  'id' | 'arm' | 'seed' | 'status' | 'reason' | 'deleted' | 'testError' | 'profileSaved' | 'seconds' | 'imported'
> & {
  /** The number of images on which it was tested. */
  readonly spec: Pick<RunRecord['spec'], 'test'>;
};

/** The place of a run in its study. */
export interface ArmAndSeed {
  readonly arm: string;
  readonly seed: number;
}

export interface FinishedSearchRun extends SearchRun {
  readonly testError: number;
}

export function countedRun({ testError, spec }: FinishedSearchRun): CountedRun {
  return { testError, testImages: spec.test };
}

/** The run that counts; null where none has finished. Deleted runs never count. */
export function finishedRun({ arm, seed }: ArmAndSeed, runs: readonly SearchRun[]): FinishedSearchRun | null {
  const isFinished = (run: SearchRun): run is FinishedSearchRun => run.status === 'finished' && run.testError !== null;
  return runsAt({ arm, seed }, runs).find(isFinished) ?? null;
}

/** Divergence is a function of the spec, so such a run is not tried again. */
export function hasDiverged(place: ArmAndSeed, runs: readonly SearchRun[]): boolean {
  return finishedRun(place, runs) === null && runsAt(place, runs).some((run) => run.status === 'diverged');
}

/** Whether the run still has to be trained, from its start or from where it stopped. */
export function isMissing(place: ArmAndSeed, runs: readonly SearchRun[]): boolean {
  return finishedRun(place, runs) === null && !hasDiverged(place, runs);
}

export function runsAt({ arm, seed }: ArmAndSeed, runs: readonly SearchRun[]): readonly SearchRun[] {
  return runs.filter((run) => run.arm === arm && run.seed === seed && !run.deleted);
}
