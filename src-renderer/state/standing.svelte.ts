import type { PageClient } from '#contract/client.ts';
import type { StudyRecord } from '#core/records.ts';
import type { Standing } from '#core/training/standing.ts';
import { FollowedTraining } from '#core/training/standing.ts';
import type { Live } from './live.svelte.ts';

/** What trains now in a study, and how long the rest will take: followed event by event. */
export class StudyStanding {
  #current = $state.raw<Standing | null>(null);
  readonly #api: PageClient;
  #progress: FollowedTraining | null = null;
  /** The runs that the progress was made for. */
  #key = '';

  constructor(api: PageClient) {
    this.#api = api;
  }

  get current(): Standing | null {
    return this.#current;
  }

  /** Returns the function that ends it. */
  follow(live: Live): () => void {
    return live.onEvent((event) => {
      if (this.#progress === null) return;
      this.#progress.apply(event);
      this.#current = this.#progress.standing();
    });
  }

  /** After every reading of the study; null where none trains. */
  async update(study: StudyRecord | null): Promise<void> {
    const runs = study?.runs.filter((run) => !run.deleted) ?? [];
    const training = runs.filter((run) => run.status === 'running' || run.status === 'queued');
    const running = training.find((run) => run.status === 'running');
    const key = running === undefined ? '' : training.map((run) => `${run.id} ${run.status} ${run.steps}`).join();
    if (key === this.#key) return;
    this.#key = key;
    if (running === undefined) return this.#show(null);
    const detail = await this.#api.runs.show({ run: running.id });
    if (this.#key !== key) return;
    const progress = new FollowedTraining(
      [running, ...training.filter((run) => run !== running)],
      runs.length - training.length,
    );
    progress.begin(detail);
    this.#show(progress);
  }

  #show(progress: FollowedTraining | null): void {
    this.#progress = progress;
    this.#current = progress?.standing() ?? null;
  }
}
