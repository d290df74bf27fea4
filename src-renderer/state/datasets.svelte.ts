import type { ChosenFile } from '#contract/desktop.ts';
import { messageOf } from '#core/errors.ts';
import type { DatasetRecord } from '#core/records.ts';
import { Refresh } from '../lib/refresh.ts';
import type { AppState } from './app-state.ts';

/** What a check of the files found. */
export type Check =
  | { readonly state: 'running' }
  | { readonly state: 'whole' }
  | { readonly state: 'failed'; readonly message: string };

type Parts = Pick<AppState, 'api' | 'live' | 'notices'>;

/** The data sets of this home, and the checks that were made of them since the view was opened. */
export class DatasetList {
  #records = $state.raw<readonly DatasetRecord[] | null>(null);
  #error = $state.raw<unknown>(null);
  #checks = $state.raw<Readonly<Record<string, Check | null>>>({});
  readonly #parts: Parts;
  readonly #reading = new Refresh(() => this.read());

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Null until they were read. */
  get records(): readonly DatasetRecord[] | null {
    return this.#records;
  }

  /** Why they could not be read; null where they could. */
  get error(): unknown {
    return this.#error;
  }

  checkOf(name: string): Check | null {
    return this.#checks[name] ?? null;
  }

  /** Returns the function that ends it. */
  follow(): () => void {
    this.#reading.request();
    const leave = this.#parts.live.onChange(({ kind }) => kind === 'datasets' && this.#reading.request());
    return () => {
      leave();
      this.#reading.end();
    };
  }

  async read(): Promise<void> {
    try {
      this.#records = await this.#parts.api.datasets.list({});
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
  }

  /** Reads all files of a data set again. */
  async verify(name: string): Promise<void> {
    this.#note(name, { state: 'running' });
    try {
      await this.#parts.api.datasets.verify({ name });
      this.#note(name, { state: 'whole' });
      await this.read();
    } catch (error) {
      this.#note(name, { state: 'failed', message: messageOf(error) });
    }
  }

  /** Forgets where it is; the files stay, so that adding it again takes that back. */
  async remove(dataset: DatasetRecord): Promise<void> {
    const { api, notices } = this.#parts;
    const { name } = dataset;
    const removed = await notices.attempt(() => api.desktop.removeDataset({ name }));
    if (removed === undefined) return;
    this.#note(name, null);
    notices.done(`${name} was removed from the list; its files stay where they are.`, async () => {
      await this.#bringBack(dataset, removed);
      await this.read();
    });
    await this.read();
  }

  #bringBack({ name, location }: DatasetRecord, file: ChosenFile | null): Promise<DatasetRecord> {
    const { api } = this.#parts;
    if (file === null) return api.datasets.add({ name, location });
    const { path: _, ...options } = { path: '', ...location };
    return api.desktop.addDataset({ token: file.token, name, options });
  }

  #note(name: string, check: Check | null): void {
    this.#checks = { ...this.#checks, [name]: check };
  }
}
