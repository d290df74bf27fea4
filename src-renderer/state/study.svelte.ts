import type { PageClient } from '#contract/client.ts';
import type { ComparedStudy } from '#core/figure/comparison-arms.ts';
import type { Change } from '#core/records.ts';
import { Refresh } from '../lib/refresh.ts';
import type { Live } from './live.svelte.ts';
import { StudyClasses } from './study-classes.svelte.ts';
import { StudyReader } from './study-reader.ts';
import { StudyTraining } from './study-training.svelte.ts';

/** One study with its runs and what comparing them says, kept up to date while it trains. */
export class FollowedStudy {
  #current = $state.raw<ComparedStudy | null>(null);
  #error = $state.raw<unknown>(null);
  #margin = $state<number | null>(null);
  readonly training: StudyTraining;
  readonly classes: StudyClasses;
  readonly #reader: StudyReader;
  readonly #reference: string;
  readonly #reading = new Refresh(() => this.load());

  constructor(api: PageClient, reference: string) {
    this.#reader = new StudyReader(api);
    this.#reference = reference;
    this.training = new StudyTraining(api);
    this.classes = new StudyClasses(api);
  }

  /** Null before it has been read. */
  get current(): ComparedStudy | null {
    return this.#current;
  }

  get error(): unknown {
    return this.#error;
  }

  /** The margin that is looked at, in points; null for the study's own. */
  get margin(): number | null {
    return this.#margin;
  }

  /** Compares by another margin, without changing the study's own. */
  lookAt(margin: number | null): void {
    this.#margin = margin;
    this.#reading.request();
  }

  /** Reads it, and again after changes, until the function that it returns is called. */
  follow(live: Live): () => void {
    this.#reading.request();
    const endChanges = live.onChange((change) => {
      if (concerns(change, this.#current === null ? [] : [this.#current])) this.#reading.request();
    });
    const endTraining = this.training.follow(live);
    return () => {
      endChanges();
      endTraining();
      this.#reading.end();
    };
  }

  async load(): Promise<void> {
    try {
      this.#current = await this.#reader.read(this.#reference, this.#margin);
      this.#error = null;
      await this.training.update(this.#current.study);
      await this.classes.update(this.#current.study);
    } catch (error) {
      this.#error = error;
    }
  }
}

/** Whether a change is about one of these studies; before any is known, it may be. */
export function concerns({ kind, ids }: Change, studies: readonly ComparedStudy[]): boolean {
  if (kind !== 'runs' && kind !== 'studies') return false;
  if (ids.length === 0 || studies.length === 0) return true;
  const changed = new Set(ids);
  return studies.some(({ study }) => changed.has(study.id) || study.runs.some((run) => changed.has(run.id)));
}
