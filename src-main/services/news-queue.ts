/** Hands on what one side tells to another side that reads it when it can; nothing is lost. */
export class NewsQueue<News> {
  readonly #waiting: News[] = [];
  #isClosed = false;
  #wake: () => void = () => undefined;

  push(news: News): void {
    this.#waiting.push(news);
    this.#wake();
  }

  /** Ends the reading after all that was told. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  async *read(): AsyncGenerator<News, void, undefined> {
    for (;;) {
      for (let news = this.#waiting.shift(); news !== undefined; news = this.#waiting.shift()) yield news;
      if (this.#isClosed) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
