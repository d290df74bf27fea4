import type { PageClient } from '#contract/client.ts';
import type { ChosenFile } from '#contract/desktop.ts';
import { AppError } from '#core/errors.ts';
import type { Imported, ImportNews } from '#core/exchange/import-news.ts';
import { importProgress, importSentence } from '#core/exchange/import-words.ts';
import type { Notices } from './notices.svelte.ts';

/** Sentences on what was left out that become notices; more would hide the page. */
const MOST_NOTICES = 3;

/** The import of a file of runs, which goes on whatever view is shown. */
export class RunsImport {
  #progress = $state.raw<string | null>(null);
  #stop: AbortController | null = null;
  readonly #api: PageClient;
  readonly #notices: Notices;

  constructor(api: PageClient, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  /** How far it is; null where nothing is imported. */
  get progress(): string | null {
    return this.#progress;
  }

  /** Lets the user choose a file, and imports it. */
  async choose(): Promise<void> {
    if (this.#stop === null) await this.#import(null);
  }

  /** Imports a file that the user has handed to the app. Throws 'conflict' while another is imported. */
  async open({ token }: ChosenFile): Promise<void> {
    if (this.#stop !== null) throw new AppError('conflict', 'Another file is imported: wait for its end, or stop it.');
    await this.#import(token);
  }

  async #import(token: string | null): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    try {
      for await (const news of await this.#api.desktop.importRuns({ token }, { signal: stop.signal })) this.#take(news);
    } catch (error) {
      if (stop.signal.aborted)
        this.#notices.done('The import was stopped: what it stored is whole. Import the file again to go on.');
      else this.#notices.failed(error);
    } finally {
      this.#stop = null;
      this.#progress = null;
    }
  }

  /** Ends the import after the run that is being stored. */
  stop(): void {
    this.#stop?.abort();
  }

  #take(news: ImportNews): void {
    switch (news.type) {
      case 'failed':
        throw new AppError(news.code, news.message);
      case 'reading':
      case 'storing':
        this.#progress = importProgress(news);
        break;
      default:
        this.#told(news);
    }
  }

  #told(imported: Imported): void {
    this.#notices.done(importSentence(imported));
    const { leftOut, leftOutCount } = imported;
    for (const sentence of leftOut.slice(0, MOST_NOTICES)) this.#notices.failed(sentence);
    const more = leftOutCount - MOST_NOTICES;
    if (more > 0) this.#notices.failed(`${more} more were left out: import the file in parts to see all of them.`);
  }
}
