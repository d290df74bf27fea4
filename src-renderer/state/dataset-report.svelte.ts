import type { PageClient } from '#contract/client.ts';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';

/** Items of a finding that the page asks for; the terminal lists all of them. */
export const MOST_ITEMS = 100;

/** What one data set holds, and what is remarkable about it. */
export class ReadReport {
  #report = $state.raw<DatasetReport | null>(null);
  #error = $state.raw<unknown>(null);
  readonly #api: PageClient;
  readonly #name: string;

  constructor(api: PageClient, name: string) {
    this.#api = api;
    this.#name = name;
  }

  /** Null until it was read. */
  get report(): DatasetReport | null {
    return this.#report;
  }

  /** Why there is no report; null where nothing went wrong. */
  get error(): unknown {
    return this.#error;
  }

  /** Reads the whole data set, unless the program has done so since its files changed. */
  async read(): Promise<void> {
    this.#error = null;
    try {
      this.#report = await this.#api.datasets.report({ name: this.#name, most: MOST_ITEMS });
    } catch (error) {
      this.#error = error;
    }
  }
}
