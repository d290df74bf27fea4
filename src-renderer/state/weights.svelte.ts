import type { PageClient } from '#contract/client.ts';
import type { ChosenFile } from '#contract/desktop.ts';
import type { WeightsEntry } from '#contract/weights.ts';
import { badRequest } from '#core/errors.ts';
import { Refresh } from '../lib/refresh.ts';
import { fitsNoNetwork, newNameOf } from '../lib/weights-list.ts';
import type { Live } from './live.svelte.ts';
import type { Notices } from './notices.svelte.ts';

interface Parts {
  readonly api: PageClient;
  readonly live: Live;
  readonly notices: Notices;
}

/** The weights of this home: files that were added, and those of finished runs. */
export class WeightsList {
  #entries = $state.raw<readonly WeightsEntry[] | null>(null);
  #isAdding = $state(false);
  readonly #parts: Parts;
  readonly #reading = new Refresh(() => this.#parts.notices.attempt(() => this.read()));

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Null until they were read. */
  get entries(): readonly WeightsEntry[] | null {
    return this.#entries;
  }

  /** True while a file is copied and looked at. */
  get isAdding(): boolean {
    return this.#isAdding;
  }

  /** Returns the function that ends it. */
  follow(): () => void {
    this.#reading.request();
    const { live } = this.#parts;
    const ends = [
      live.onChange(({ kind }) => kind === 'weights' && this.#reading.request()),
      // Every epoch changes a run, but only its end gives weights; reading the list opens the file of each finished run.
      live.onEvent(({ type }) => type === 'run.finished' && this.#reading.request()),
    ];
    return () => {
      for (const end of ends) end();
      this.#reading.end();
    };
  }

  async read(): Promise<void> {
    this.#entries = await this.#parts.api.weights.list({});
  }

  /**
   * Lets the user choose a file, and adds it under its own name. Returns that name; null where the dialog was closed. Throws what
   * the file is refused for, and a bad request where it fits no network.
   */
  async addFile(): Promise<string | null> {
    const file = await this.#parts.api.desktop.chooseWeights({});
    return file === null ? null : this.add(file);
  }

  /** Adds a chosen file under its own name, which it returns. Throws as `addFile` does. */
  async add(file: ChosenFile): Promise<string> {
    const { desktop } = this.#parts.api;
    this.#isAdding = true;
    try {
      const taken = new Set((this.#entries ?? []).map(({ title }) => title));
      const name = newNameOf(file.name, taken);
      const { fits } = await desktop.addWeights({ token: file.token, name });
      await this.read();
      if (fits.length === 0) throw badRequest(fitsNoNetwork(name));
      return name;
    } finally {
      this.#isAdding = false;
    }
  }

  /** Forgets weights that were added, and removes the home's copy of their file. */
  async remove(name: string): Promise<void> {
    const { api, notices } = this.#parts;
    const removed = await notices.attempt(() => api.weights.remove({ name }));
    if (removed === undefined) return;
    notices.done(`The weights ${name} were removed from this home; the file that was added stays where it is.`);
    await this.read();
  }
}
