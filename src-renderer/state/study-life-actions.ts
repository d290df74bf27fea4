import type { PageClient } from '#contract/client.ts';
import { quotedName } from '#core/analysis/name-list.ts';
import type { StudySummary } from '#core/records.ts';
import { deletedSentence, restoredSentence } from '#core/study-words.ts';
import { counted } from '../lib/format.ts';
import { purgeText } from '../lib/run-words.ts';
import { checkpointBytes } from './checkpoint-bytes.ts';
import type { Notices } from './notices.svelte.ts';

type Named = Pick<StudySummary, 'id' | 'name'>;
type Marks = Omit<Parameters<PageClient['studies']['update']>[0], 'studies' | 'archived'>;

/** What becomes of one or more studies: archive, trash and marks. Says what happened, with its undo; a failure is a notice. */
export class StudyLifeActions {
  readonly #api: PageClient;
  readonly #notices: Notices;

  constructor(api: PageClient, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  mark(id: string, marks: Marks): Promise<unknown> {
    return this.#notices.attempt(() => this.#api.studies.update({ studies: [id], ...marks }));
  }

  archive(studies: readonly Named[], archived: boolean): Promise<unknown> {
    return this.#notices.attempt(async () => {
      const update = (flag: boolean) =>
        this.#api.studies.update({ studies: studies.map(({ id }) => id), archived: flag });
      await update(archived);
      const where = archived ? 'in the archive, with the runs' : 'out of the archive, with the runs';
      this.#notices.done(`${nameOrCount(studies)} ${studies.length === 1 ? 'is' : 'are'} ${where}.`, () =>
        update(!archived),
      );
    });
  }

  /** Whether all of them went to the trash. */
  async delete(studies: readonly Named[]): Promise<boolean> {
    const deleted: Named[] = [];
    const sentences: string[] = [];
    for (const { id, name } of studies) {
      const done = await this.#notices.attempt(() => this.#api.studies.delete({ study: id }));
      if (done === undefined) continue;
      deleted.push({ id, name });
      sentences.push(deletedSentence(done));
    }
    const said =
      sentences.length > 2 ? `${counted(deleted.length, 'study', 'studies')} and their runs are in the trash.` : null;
    if (deleted.length > 0) this.#notices.done(said ?? sentences.join(' '), () => this.restore(deleted));
    return deleted.length === studies.length;
  }

  async restore(studies: readonly Named[]): Promise<void> {
    for (const { id, name } of studies) {
      await this.#notices.attempt(async () => {
        const restored = await this.#api.studies.restore({ study: id });
        this.#notices.done(restoredSentence(restored, name));
      });
    }
  }

  /** Whether all of them are deleted for ever. */
  async purge(studies: readonly Named[]): Promise<boolean> {
    const purged: Named[] = [];
    for (const { id, name } of studies) {
      const done = await this.#notices.attempt(() => this.#api.studies.purge({ study: id }));
      if (done !== undefined) purged.push({ id, name });
    }
    if (purged.length > 0) this.#notices.done(`${nameOrCount(purged)} and the files of the runs are deleted for ever.`);
    return purged.length === studies.length;
  }

  /** What is lost with these studies, and the bytes of checkpoints that it frees, where that can be counted quickly. */
  async purgeText(studies: readonly Named[]): Promise<string> {
    const all = await Promise.all(studies.map(({ id }) => this.#api.studies.show({ study: id })));
    const runs = all.flatMap((study) => study.runs);
    return purgeText(runs.length, await checkpointBytes(this.#api, runs));
  }
}

function nameOrCount(studies: readonly Named[]): string {
  const [first, ...others] = studies;
  return others.length === 0
    ? `The study ${quotedName(first?.name ?? '')}`
    : counted(studies.length, 'study', 'studies');
}
