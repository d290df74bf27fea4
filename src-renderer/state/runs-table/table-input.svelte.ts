import { tick } from 'svelte';
import type { RowWindow } from '../../lib/row-window.ts';
import { rowAfterKey, rowWindow } from '../../lib/row-window.ts';
import type { RunsTable } from './runs-table.svelte.ts';

/** Of a row and of the header, in CSS pixels: `h-7`. */
export const ROW_HEIGHT = 28;

/** About a window's height beyond each edge: as far as a wheel turns in a frame. */
const OVERSCAN = 24;

interface GridActions {
  /** Enter or a double click on a run. */
  open(runId: string): void;
}

/**
 * The scrolling and the keys of the table of runs. The focus stays on the table and the row that it is at is named to
 * assistive technology, since rows come and go as one scrolls.
 */
export class TableInput {
  #top = $state(0);
  #height = $state(800);
  #element: HTMLElement | null = null;
  #scroller: HTMLElement | null = null;
  readonly #table: RunsTable;
  readonly #actions: GridActions;
  readonly #window = $derived.by(() =>
    rowWindow({
      rowCount: this.#table.rows.length,
      rowHeight: ROW_HEIGHT,
      top: this.#top,
      height: this.#height,
      overscan: OVERSCAN,
    }),
  );

  constructor(table: RunsTable, actions: GridActions) {
    this.#table = table;
    this.#actions = actions;
  }

  get window(): RowWindow {
    return this.#window;
  }

  /** For what scrolls. */
  readonly scrolls = (element: HTMLElement): (() => void) => {
    this.#scroller = element;
    const onScroll = () => {
      this.#top = element.scrollTop;
    };
    const observer = new ResizeObserver(() => {
      this.#height = element.clientHeight;
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  };

  /** For the table in it, which has the focus. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    const listeners = { keydown: this.#onKey, click: this.#onClick, dblclick: this.#onDoubleClick };
    const ended = new AbortController();
    for (const [type, listener] of Object.entries(listeners)) {
      element.addEventListener(type, listener as EventListener, { signal: ended.signal });
    }
    return () => ended.abort();
  };

  focus(): void {
    this.#element?.focus({ preventScroll: true });
  }

  readonly #onClick = (event: MouseEvent): void => {
    const row = rowAt(event);
    if (row === null) return;
    const hasMod = event.ctrlKey || event.metaKey;
    if (this.#table.rows[row]?.kind === 'group' && !hasMod && !event.shiftKey) {
      this.#table.cursor = row;
      this.#table.openGroup(row);
    } else this.#table.choose(row, event.shiftKey ? 'range' : hasMod ? 'toggle' : 'only');
  };

  readonly #onDoubleClick = (event: MouseEvent): void => {
    const row = rowAt(event);
    if (row !== null && this.#table.rows[row]?.kind === 'run') this.open(row);
  };

  open(row: number): void {
    const item = this.#table.rows[row];
    if (item?.kind === 'run') this.#actions.open(item.run.id);
    else this.#table.openGroup(row);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.target !== this.#element || event.altKey || !this.#press(event)) return;
    event.preventDefault();
  };

  /** Whether the key is the table's. */
  #press(event: KeyboardEvent): boolean {
    const table = this.#table;
    const hasMod = event.ctrlKey || event.metaKey;
    if (hasMod && event.key.toLowerCase() === 'a') table.chooseAll();
    else if (event.key === 'Escape' && table.chosen.length > 0) table.chooseNone();
    else if (event.key === ' ') table.choose(table.cursor, event.shiftKey ? 'range' : 'toggle');
    else if (event.key === 'Enter') this.open(table.cursor);
    else if (event.key === 'ArrowRight' && this.#isOnGroup) table.openGroup(table.cursor, true);
    else if (event.key === 'ArrowLeft' && this.#isOnGroup) table.openGroup(table.cursor, false);
    else return this.#move(event, hasMod);
    return true;
  }

  get #isOnGroup(): boolean {
    return this.#table.rows[this.#table.cursor]?.kind === 'group';
  }

  #move({ key, shiftKey }: KeyboardEvent, hasMod: boolean): boolean {
    const rowCount = this.#table.rows.length;
    const page = Math.max(1, Math.floor(this.#height / ROW_HEIGHT) - 2);
    const row = rowAfterKey(key, this.#table.cursor, { rowCount, page });
    if (row === null || rowCount === 0) return false;
    if (shiftKey) {
      if (this.#table.chosen.length === 0) this.#table.choose(this.#table.cursor, 'only');
      this.#table.choose(row, 'range');
    } else if (!hasMod) this.#table.cursor = row;
    void this.reveal(row);
    return true;
  }

  /** Scrolls as little as it takes. */
  async reveal(row: number): Promise<void> {
    await tick();
    const element = this.#scroller;
    if (element === null) return;
    const top = row * ROW_HEIGHT;
    const room = element.clientHeight - 2 * ROW_HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + room) element.scrollTop = top - room;
    this.#top = element.scrollTop;
  }
}

/** The row that was clicked; null on what in it has a click of its own. */
function rowAt({ target }: MouseEvent): number | null {
  if (!(target instanceof Element) || target.closest('input, label, a') !== null) return null;
  const row = target.closest<HTMLElement>('[data-row]')?.dataset.row;
  return row === undefined ? null : Number(row);
}
