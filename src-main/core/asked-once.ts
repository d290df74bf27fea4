/** Questions by a key, each asked once, and again only where that failed. */
export class AskedOnce<Answer> {
  readonly #known = new Map<string, Promise<Answer>>();

  once(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const asking = ask();
    this.#known.set(key, asking);
    asking.catch(() => this.#known.delete(key));
    return asking;
  }
}
