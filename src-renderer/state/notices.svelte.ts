import { messageOf } from '#core/errors.ts';

export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
  /** What takes it back, as a button beside the text. */
  readonly undo: (() => Promise<unknown>) | null;
}

const SHOWN_MS = 8000;

/** Short messages at the window's lower edge: what was done, with its undo, and what went wrong. */
export class Notices {
  #notices = $state.raw<readonly Notice[]>([]);
  #count = 0;

  get all(): readonly Notice[] {
    return this.#notices;
  }

  done(text: string, undo: Notice['undo'] = null): void {
    this.#add('done', text, undo);
  }

  failed(error: unknown): void {
    this.#add('failed', messageOf(error), null);
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
    this.#notices = this.#notices.filter((notice) => notice.id !== id);
  }

  #add(kind: Notice['kind'], text: string, undo: Notice['undo']): void {
    const id = this.#count++;
    this.#notices = [...this.#notices, { id, kind, text, undo }];
    // What went wrong stays until it was read.
    if (kind === 'done') setTimeout(() => this.dismiss(id), SHOWN_MS);
  }
}
