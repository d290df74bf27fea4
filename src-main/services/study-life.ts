import { AppError } from '#core/errors.ts';
import { nextName } from '#core/free-name.ts';
import type { Store, StudiesChange } from '#core/ports.ts';
import type { DeletedStudy, StudyRecord } from '#core/records.ts';
import type { EventHub } from './event-hub.ts';
import type { RunQueue } from './queue.ts';
import type { Runs } from './runs.ts';

interface LifePorts {
  readonly store: Store;
  readonly queue: RunQueue;
  readonly runs: Runs;
  readonly hub: EventHub;
}

/** What becomes of studies once they are there: names, notes, tags, the archive and the trash. */
export class StudyLife {
  readonly #ports: LifePorts;

  constructor(ports: LifePorts) {
    this.#ports = ports;
  }

  /** Renames a study. Throws 'conflict' where another one has that name, or where it is in the trash. */
  async rename(study: string, name: string): Promise<StudyRecord> {
    const { id } = notDeleted(await this.#ports.store.study(study));
    await this.#ports.store.renameStudy(id, name);
    return this.#changed(id);
  }

  /** Changes notes and tags, and archives studies with their runs. */
  async update(studies: readonly string[], change: StudiesChange): Promise<readonly string[]> {
    const ids = await this.#ports.store.updateStudies(studies, change);
    for (const id of ids) await this.#changed(id);
    return ids;
  }

  /** Moves a study and its runs into the trash. Throws 'conflict' where a run is locked or trains. */
  async delete(reference: string): Promise<DeletedStudy> {
    const { store, queue } = this.#ports;
    const { id, runs } = await store.study(reference);
    const training = runs.find((run) => queue.trains(run.id));
    if (training !== undefined) throw new AppError('conflict', `Its run ${training.id} is training: stop it first.`);
    const comparisons = (await store.views()).filter(({ comparison }) => comparison.studies.includes(id));
    const isSearch = (await store.searches()).some(({ studyId }) => studyId === id);
    await store.deleteStudy(id);
    for (const run of runs) queue.withdraw(run.id);
    return { study: await this.#changed(id), comparisons: comparisons.map(({ name }) => name), isSearch };
  }

  /** Takes a study and the runs that went with it out of the trash; under a free name, if another study has its own by now. */
  async restore(reference: string): Promise<StudyRecord> {
    const { store, queue } = this.#ports;
    const { id, name } = await store.study(reference);
    const taken = new Set((await store.studies()).map((study) => study.name));
    await store.restoreStudy(id, nextName(name, taken));
    const restored = await this.#changed(id);
    for (const run of restored.runs) queue.readmit(run.id);
    return restored;
  }

  /** Removes a study in the trash for ever: its runs with their files one by one, so that a kill leaves one that can be purged again. */
  async purge(reference: string): Promise<string> {
    const { store, runs, hub } = this.#ports;
    const study = await store.study(reference);
    if (!study.deleted)
      throw new AppError('conflict', `The study "${study.name}" is not in the trash: delete it first.`);
    for (const run of study.runs) await runs.purge(run.id);
    await store.purgeStudy(study.id);
    hub.publishChange('studies', [study.id]);
    return study.id;
  }

  /** Publishes the study and its runs, which show its name and go to the archive and the trash with it. */
  async #changed(id: string): Promise<StudyRecord> {
    const study = await this.#ports.store.study(id);
    this.#ports.hub.publishChange('studies', [id]);
    this.#ports.hub.publishRuns(study.runs);
    return study;
  }
}

/** The study, unless it is in the trash. Throws 'conflict'. */
export function notDeleted(study: StudyRecord): StudyRecord {
  if (!study.deleted) return study;
  throw new AppError('conflict', `The study "${study.name}" is in the trash: restore it first.`);
}
