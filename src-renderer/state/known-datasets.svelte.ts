import type { FilesProgress } from '#core/data/known/download-progress.ts';
import { messageOf } from '#core/errors.ts';
import type { KnownDatasetRecord } from '#core/records.ts';
import { Refresh } from '../lib/refresh.ts';
import type { AppState } from './app-state.ts';

const REOPEN_MS = 1000;

type Parts = Pick<AppState, 'api' | 'live' | 'notices'>;

/** The data sets that can be had by name, and those that are on their way, whoever asked for them. */
export class KnownDatasetList {
  #records = $state.raw<readonly KnownDatasetRecord[] | null>(null);
  #error = $state.raw<unknown>(null);
  #progress = $state.raw<Readonly<Record<string, FilesProgress | null>>>({});
  #failures = $state.raw<Readonly<Record<string, string | null>>>({});
  #hasEnded = false;
  /** Downloads that somebody stopped, perhaps after the view in which they began was left. */
  static readonly #stopped = new Set<string>();
  readonly #parts: Parts;
  readonly #reading = new Refresh(() => this.read());

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Null until they were read. */
  get records(): readonly KnownDatasetRecord[] | null {
    return this.#records;
  }

  /** Why they could not be read; null where they could. */
  get error(): unknown {
    return this.#error;
  }

  /** How far a data set is; null where it is not on its way. */
  progressOf(name: string): FilesProgress | null {
    return this.#progress[name] ?? null;
  }

  /** Why the last download of a data set failed; null where it did not. */
  failureOf(name: string): string | null {
    return this.#failures[name] ?? null;
  }

  /** Returns the function that ends it. */
  follow(): () => void {
    const ended = new AbortController();
    this.#reading.request();
    void this.#followDownloads(ended.signal);
    const leave = this.#parts.live.onChange(({ kind }) => kind === 'datasets' && this.#reading.request());
    return () => {
      this.#hasEnded = true;
      ended.abort();
      leave();
      this.#reading.end();
    };
  }

  async read(): Promise<void> {
    try {
      const records = await this.#parts.api.datasets.known({});
      this.#records = records;
      this.#progress = Object.fromEntries(records.map(({ name, progress }) => [name, progress]));
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
  }

  /** Downloads a data set, or goes on with that, and adds it. Whoever leaves the view leaves that running. */
  async get({ name, title }: KnownDatasetRecord): Promise<void> {
    this.#note(name, { stage: 'downloading', done: null, total: null, bytesPerSecond: null, secondsLeft: null });
    this.#failures = { ...this.#failures, [name]: null };
    KnownDatasetList.#stopped.delete(name);
    try {
      await this.#parts.api.datasets.get({ name });
      this.#parts.notices.done(`${title} is here and checked: studies can name it ${name}.`);
    } catch (error) {
      if (!KnownDatasetList.#stopped.has(name)) this.#fail(name, error);
    }
    this.#note(name, null);
    this.#reading.request();
  }

  /** Ends a download; what has arrived is kept. */
  async stop(name: string): Promise<void> {
    KnownDatasetList.#stopped.add(name);
    await this.#parts.notices.attempt(() => this.#parts.api.datasets.stopGetting({ name }));
  }

  /** Who has left the view is told by a notice. */
  #fail(name: string, error: unknown): void {
    if (this.#hasEnded) this.#parts.notices.failed(error);
    else this.#failures = { ...this.#failures, [name]: messageOf(error) };
  }

  /** Where the stream breaks, as with a new owner of the home, the list tells what was missed, and another one is opened. */
  async #followDownloads(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const { name, progress } of await this.#parts.api.datasets.downloads({}, { signal })) {
          this.#note(name, progress);
          if (progress === null) this.#reading.request();
        }
      } catch {
        this.#reading.request();
      }
      await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
    }
  }

  #note(name: string, progress: FilesProgress | null): void {
    this.#progress = { ...this.#progress, [name]: progress };
  }
}
