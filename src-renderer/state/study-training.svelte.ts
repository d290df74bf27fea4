import type { PageClient } from '#contract/client.ts';
import type { StudyRecord } from '#core/records.ts';
import type { Standing } from '#core/training/standing.ts';
import { FollowedTraining } from '#core/training/standing.ts';
import type { Live } from './live.svelte.ts';

/** What trains now in a study, followed event by event. */
export class StudyTraining {
  #standing = $state.raw<Standing | null>(null);
  readonly #api: PageClient;
  #followed: FollowedTraining | null = null;
  /** Id of the run that is followed; empty where none is. */
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
    const running = study?.runs.find(({ status, deleted }) => status === 'running' && !deleted);
    const key = running?.id ?? '';
    if (key === this.#key) return;
    this.#key = key;
    if (running === undefined) return this.#show(null);
    const detail = await this.#api.runs.show({ run: running.id });
    if (this.#key !== key) return;
    const followed = new FollowedTraining([running], 0);
    followed.begin(detail);
    this.#show(followed);
  }

  #show(followed: FollowedTraining | null): void {
    this.#followed = followed;
    this.#standing = followed?.standing() ?? null;
  }
}
