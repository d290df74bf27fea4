import type { PageClient } from '#contract/client.ts';
import type { StudyRecord } from '#core/records.ts';
import { isOver } from '#core/run.ts';
import type { Standing } from '#core/training/standing.ts';
import { FollowedTraining } from '#core/training/standing.ts';
import type { Live } from './live.svelte.ts';

/** What trains now in a study, and how long the rest will take: followed event by event. */
export class StudyTraining {
  #standing = $state.raw<Standing | null>(null);
  readonly #api: PageClient;
  #followed: FollowedTraining | null = null;
  /** The runs that are followed. */
  #key = '';

  constructor(api: PageClient) {
    this.#api = api;
  }

  get standing(): Standing | null {
    return this.#standing;
  }

  /** Returns the function that ends it. */
  follow(live: Live): () => void {
    return live.onEvent((event) => {
      if (this.#followed === null) return;
      this.#followed.apply(event);
      this.#standing = this.#followed.standing();
    });
  }

  /** After every reading of the study; null where none trains. */
  async update(study: StudyRecord | null): Promise<void> {
    const runs = study?.runs.filter((run) => !run.deleted) ?? [];
    const training = runs.filter((run) => !isOver(run.status));
    const running = training.find((run) => run.status === 'running');
    const key = running === undefined ? '' : training.map((run) => `${run.id} ${run.status} ${run.steps}`).join();
    if (key === this.#key) return;
    this.#key = key;
    if (running === undefined) return this.#show(null);
    const detail = await this.#api.runs.show({ run: running.id });
    if (this.#key !== key) return;
    const followed = new FollowedTraining(
      [running, ...training.filter((run) => run !== running)],
      runs.length - training.length,
    );
    followed.begin(detail);
    this.#show(followed);
  }

  #show(followed: FollowedTraining | null): void {
    this.#followed = followed;
    this.#standing = followed?.standing() ?? null;
  }
}
