import type { PageClient } from '#contract/client.ts';
import { visible } from '#core/printable.ts';
import { type LogPart, MOST_LOG_BYTES } from '#core/run-log.ts';
import type { Live } from './live.svelte.ts';

/** Some lines of a log. Only the last piece grows, so that little is laid out anew. */
export interface LogPiece {
  readonly id: number;
  readonly text: string;
}

/** A piece with more letters than this gets a successor. */
const MOST_LETTERS = 16 * 1024;
/** What arrives within this time is shown at once. */
const PACE_MS = 200;
/** How long it waits before it looks again where a stream ended. */
const RETRY_MS = 1000;

/** The end of a run's log as it grows. What is shown never takes more than a fixed amount of memory. */
export class FollowedLog {
  #pieces = $state.raw<readonly LogPiece[]>([]);
  /** Whether its beginning is not shown. */
  #isCut = $state(false);
  #isRead = $state(false);
  #error = $state.raw<unknown>(null);
  #arrived = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #count = 0;
  readonly #api: PageClient;
  readonly #run: string;

  constructor(api: PageClient, run: string) {
    this.#api = api;
    this.#run = run;
  }

  get pieces(): readonly LogPiece[] {
    return this.#pieces;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** Whether it has been read, so that no pieces mean that nothing is in it. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Why it cannot be read; null where it can. */
  get error(): unknown {
    return this.#error;
  }

  /** All that is shown. */
  get text(): string {
    return this.#pieces.map(({ text }) => text).join('');
  }

  /** Reads it, and what is added, until the function that it returns is called. A stream that ended is opened again when the run changes. */
  follow(live: Live): () => void {
    const ended = new AbortController();
    let isReading = false;
    let wait: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      wait = undefined;
      if (isReading) return;
      isReading = true;
      await this.#read(ended.signal);
      isReading = false;
    };
    void read();
    const leave = live.onChange(({ kind, ids }) => {
      if (kind === 'runs' && (ids.length === 0 || ids.includes(this.#run)))
        wait ??= setTimeout(() => void read(), RETRY_MS);
    });
    return () => {
      leave();
      clearTimeout(wait);
      clearTimeout(this.#timer);
      ended.abort();
    };
  }

  async #read(signal: AbortSignal): Promise<void> {
    let isFirst = true;
    try {
      for await (const part of await this.#api.runs.log({ run: this.#run }, { signal })) {
        if (isFirst) this.#begin(part);
        else this.#take(part.text);
        isFirst = false;
      }
    } catch (error) {
      if (!signal.aborted) this.#error = error;
    }
  }

  #begin({ text, leftOut }: LogPart): void {
    [this.#pieces, this.#arrived, this.#error] = [[], text, null];
    [this.#isCut, this.#isRead] = [leftOut > 0, true];
    this.#show();
  }

  #take(text: string): void {
    this.#arrived += text;
    this.#timer ??= setTimeout(() => this.#show(), PACE_MS);
  }

  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = visible(this.#arrived);
    this.#arrived = '';
    if (text === '') return;
    const last = this.#pieces.at(-1);
    const isRoomy = last !== undefined && last.text.length + text.length <= MOST_LETTERS;
    const grown = isRoomy ? { ...last, text: last.text + text } : { id: ++this.#count, text };
    this.#keep([...(isRoomy ? this.#pieces.slice(0, -1) : this.#pieces), grown]);
  }

  /** Drops the first pieces while the others alone are as much as is sent at once. */
  #keep(pieces: LogPiece[]): void {
    let letters = pieces.reduce((sum, { text }) => sum + text.length, 0);
    while (pieces.length > 1 && letters - pieces[0].text.length >= MOST_LOG_BYTES) {
      letters -= pieces[0].text.length;
      pieces.shift();
      this.#isCut = true;
    }
    this.#pieces = pieces;
  }
}
