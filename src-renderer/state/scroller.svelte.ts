import { tick } from 'svelte';
import type { RowWindow } from '../lib/row-window.ts';
import { rowAfterKey, rowWindow } from '../lib/row-window.ts';

/** A long list of rows of one height: which of them are drawn, and which one the keyboard is at. */
export class Scroller {
  /** Its link can be reached by Tab; arrows move it. */
  row = $state(0);
  #top = $state(0);
  #height = $state(800);
  #element: HTMLElement | null = null;
  readonly #rowCount: () => number;
  readonly #rowHeight: number;
  readonly #window = $derived.by(() =>
    rowWindow({ rowCount: this.#rowCount(), rowHeight: this.#rowHeight, top: this.#top, height: this.#height }),
  );

  constructor(rowCount: () => number, rowHeight: number) {
    this.#rowCount = rowCount;
    this.#rowHeight = rowHeight;
  }

  get window(): RowWindow {
    return this.#window;
  }

  /** For the element that scrolls. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    const onScroll = () => {
      this.#top = element.scrollTop;
    };
    const observer = new ResizeObserver(() => {
      this.#height = element.clientHeight;
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('keydown', this.#onKey);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('keydown', this.#onKey);
      observer.disconnect();
    };
  };

  /** Moves to the row that the key leads to, and focuses what stands for it. */
  readonly #onKey = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(this.#height / this.#rowHeight) - 1);
    const row = rowAfterKey(event.key, this.row, { rowCount: this.#rowCount(), page });
    if (row === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    void this.focus(row);
  };

  async focus(row: number): Promise<void> {
    const element = this.#element;
    if (element === null || this.#rowCount() === 0) return;
    this.row = row;
    const top = row * this.#rowHeight;
    const room = element.clientHeight - 2 * this.#rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + room) element.scrollTop = top - room;
    this.#top = element.scrollTop;
    await tick();
    element.querySelector<HTMLElement>(`[data-row="${row}"]`)?.focus({ preventScroll: true });
  }
}
