import type { RunRecord } from '#core/records.ts';

/** What a search needs to know of a run of its study. */
export type SearchRun = Pick<
  RunRecord,
  'id' | 'arm' | 'seed' | 'status' | 'reason' | 'deleted' | 'testError' | 'profileSaved' | 'seconds' | 'imported'
>;

/** A run of the study: one arm, one seed. */
export interface Place {
  readonly arm: string;
  readonly seed: number;
}

export interface FinishedRun extends SearchRun {
  readonly testError: number;
}

/** The run that counts; null where none has finished. Deleted runs never count. */
export function finishedRun({ arm, seed }: Place, runs: readonly SearchRun[]): FinishedRun | null {
  const isFinished = (run: SearchRun): run is FinishedRun => run.status === 'finished' && run.testError !== null;
  return runsAt({ arm, seed }, runs).find(isFinished) ?? null;
}

/** Divergence is a function of the spec, so such a run is not tried again. */
export function hasDiverged(place: Place, runs: readonly SearchRun[]): boolean {
  return finishedRun(place, runs) === null && runsAt(place, runs).some((run) => run.status === 'diverged');
}

/** The run is to be trained, for the first time or on. */
export function isMissing(place: Place, runs: readonly SearchRun[]): boolean {
  return finishedRun(place, runs) === null && !hasDiverged(place, runs);
}

/** Active time of a run: training, evaluation and checkpoints. */
export function activeSeconds({ seconds }: Pick<SearchRun, 'seconds'>): number {
  return seconds.training + seconds.evaluation + seconds.checkpoint;
}

export function runsAt({ arm, seed }: Place, runs: readonly SearchRun[]): readonly SearchRun[] {
  return runs.filter((run) => run.arm === arm && run.seed === seed && !run.deleted);
}
