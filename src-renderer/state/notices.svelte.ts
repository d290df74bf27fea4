import { linesToCopy, messageOf } from '#core/errors.ts';

export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
  /** Lines to be copied as they stand, to which the text refers; mostly none. */
  readonly lines: readonly string[];
  /** What takes it back, as a button next to the text. */
  readonly undo: (() => Promise<unknown>) | null;
  /** How often the same was said while it stood there. */
  readonly times: number;
}

/** How long what was done stands there, with and without its undo. What went wrong stays until it was read. */
const SHOWN_MS = 8000;
const UNDO_MS = 12_000;

/** More would hide the page. */
const MOST_SHOWN = 4;

/** Short messages at the window's lower edge: what was done, with its undo, and what went wrong. */
export class Notices {
  #notices = $state.raw<readonly Notice[]>([]);
  #count = 0;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  get all(): readonly Notice[] {
    return this.#notices;
  }

  /** The newest of them. */
  get shown(): readonly Notice[] {
    return this.#notices.slice(-MOST_SHOWN);
  }

  done(text: string, undo: Notice['undo'] = null): void {
    this.#add({ kind: 'done', text, lines: [], undo });
  }

  failed(error: unknown): void {
    this.#add({ kind: 'failed', text: messageOf(error), lines: linesToCopy(error), undo: null });
  }

  /** Runs what a button asks for; an error becomes a notice. Undefined where it failed. */
  async attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  dismiss(id: number): void {
    this.#stopTimer(id);
    this.#notices = this.#notices.filter((notice) => notice.id !== id);
  }

  dismissAll(): void {
    for (const { id } of this.#notices) this.dismiss(id);
  }

  /** While one reads or reaches for a button, none goes away. */
  hold(): void {
    for (const { id } of this.#notices) this.#stopTimer(id);
  }

  /** Their time begins anew. */
  release(): void {
    for (const notice of this.#notices) this.#startTimer(notice);
  }

  #add(said: Omit<Notice, 'id' | 'times'>): void {
    const same = this.#notices.find(
      ({ kind, text, undo }) => undo === null && kind === said.kind && text === said.text,
    );
    if (same !== undefined && said.undo === null) this.dismiss(same.id);
    const notice = { ...said, id: this.#count++, times: (same?.times ?? 0) + 1 };
    this.#notices = [...this.#notices, notice];
    this.#startTimer(notice);
  }

  #startTimer({ id, kind, undo }: Notice): void {
    this.#stopTimer(id);
    if (kind === 'failed') return;
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), undo === null ? SHOWN_MS : UNDO_MS),
    );
  }

  #stopTimer(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}
