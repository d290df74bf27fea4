import { rowAfterKey } from '../lib/row-keys.ts';
import type { Scroller } from './scroller.svelte.ts';

/** The row of a long list that Tab reaches; arrows lead from it to the others. */
export class RowFocus {
  row = $state(0);
  #element: HTMLElement | null = null;
  readonly #scroller: Scroller;
  readonly #rowCount: () => number;

  constructor(scroller: Scroller, rowCount: () => number) {
    this.#scroller = scroller;
    this.#rowCount = rowCount;
  }

  /** For the element around the rows. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    element.addEventListener('keydown', this.#onKey);
    return () => element.removeEventListener('keydown', this.#onKey);
  };

  /** Shows the row, and focuses what stands for it. */
  async focus(row: number): Promise<void> {
    if (this.#element === null || this.#rowCount() === 0) return;
    this.row = row;
    await this.#scroller.reveal(row);
    this.#element.querySelector<HTMLElement>(`[data-row="${row}"]`)?.focus({ preventScroll: true });
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const row = rowAfterKey(event.key, this.row, { rowCount: this.#rowCount(), page: this.#scroller.rowsPerPage });
    if (row === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    void this.focus(row);
  };
}
