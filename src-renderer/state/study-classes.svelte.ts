import type { PageClient } from '#contract/client.ts';
import type { ClassCosts } from '#core/analysis/class-costs.ts';
import type { StudyRecord } from '#core/records.ts';

/** What freezing costs the classes of a study: read again only where another run has finished, or one has gone. */
export class StudyClasses {
  #costs = $state.raw<ClassCosts | null>(null);
  #key = '';
  readonly #api: PageClient;

  constructor(api: PageClient) {
    this.#api = api;
  }

  /** Null before a run has finished. */
  get costs(): ClassCosts | null {
    return this.#costs;
  }

  async update({ id, runs }: StudyRecord): Promise<void> {
    const key = runs
      .filter(({ status, deleted }) => status === 'finished' && !deleted)
      .map((run) => run.id)
      .join();
    if (key === this.#key) return;
    this.#costs = key === '' ? null : await this.#api.studies.classCosts({ study: id });
    this.#key = key;
  }
}
