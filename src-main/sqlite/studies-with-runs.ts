import { AppError } from '#core/errors.ts';
import type { StudiesChange } from '#core/ports.ts';
import type { RunTable } from './runs.ts';
import type { StudyTable } from './studies.ts';

/** What happens to a study and its runs together. Whoever calls it keeps each call in one transaction. */
export class StudiesWithRuns {
  readonly #studies: StudyTable;
  readonly #runs: RunTable;

  constructor(studies: StudyTable, runs: RunTable) {
    this.#studies = studies;
    this.#runs = runs;
  }

  /** Changes note and tags, and archives the study with its runs; gives its id. */
  change(study: string, change: StudiesChange): string {
    const { key, id } = this.#studies.change(study, change);
    if (change.archived !== undefined) this.#runs.archiveOfStudy(key, change.archived);
    return id;
  }

  /** Moves both into the trash at this moment. */
  delete(studyId: string, at: number): void {
    this.#runs.deleteOfStudy(this.#studies.delete(studyId, at).key, at);
  }

  /** Takes the study out of the trash under a name, with the runs that went there at the same moment. */
  restore(studyId: string, name: string): void {
    const { key, deletedAt } = this.#studies.restore(studyId, name);
    this.#runs.restoreOfStudy(key, deletedAt);
  }

  /** Deletes a study in the trash that has no runs any more. */
  purge(studyId: string): void {
    if (this.#runs.countOfStudy(studyId) > 0) {
      throw new AppError('conflict', `The study ${studyId} has runs: delete them for ever first.`);
    }
    this.#studies.purge(studyId);
  }
}
