import type { PageClient } from '#contract/client.ts';
import type { DatasetSamples } from '#core/records.ts';

const COUNT = 42;

export type Split = 'training' | 'test' | 'validation';

/** Some images of one data set, and the counts of its classes. */
export class Samples {
  #samples = $state.raw<DatasetSamples | null>(null);
  #error = $state.raw<unknown>(null);
  #split = $state<Split>('training');
  #seed = 0;
  readonly #api: PageClient;
  readonly #name: string;

  constructor(api: PageClient, name: string) {
    this.#api = api;
    this.#name = name;
  }

  get samples(): DatasetSamples | null {
    return this.#samples;
  }

  get error(): unknown {
    return this.#error;
  }

  get split(): Split {
    return this.#split;
  }

  async read(): Promise<void> {
    const asked = { split: this.#split, seed: this.#seed };
    try {
      const samples = await this.#api.datasets.samples({ name: this.#name, count: COUNT, ...asked });
      // What was asked later is shown, whichever is answered first.
      if (asked.split === this.#split && asked.seed === this.#seed) this.#samples = samples;
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
  }

  choose(split: Split): Promise<void> {
    this.#split = split;
    return this.read();
  }

  /** Other images. */
  draw(): Promise<void> {
    this.#seed += 1;
    return this.read();
  }
}
