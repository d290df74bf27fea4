import { rowAfterKey } from '../../lib/row-keys.ts';
import { runsIn } from '../../lib/runs-table/table-rows.ts';
import { Scroller } from '../scroller.svelte.ts';
import type { RunsTable } from './runs-table.svelte.ts';

/** The height of a row and of the header, in CSS pixels: `h-7`. */
const ROW_HEIGHT = 28;

/** Rows drawn beyond each edge: about a window's height, as far as a wheel turns in a frame. */
const OVERSCAN = 24;

interface GridActions {
  /** Called for Enter or a double click on a run. */
  open(runId: string): void;
  /** Called for a right click on a row, or the menu key, once the row is chosen. */
  menu(event: MouseEvent): void;
}

/**
 * What keys, clicks and scrolling do to the table of runs. The focus stays on the table, which names its current row to
 * assistive technology, since rows come and go as one scrolls.
 */
export class TableInput {
  #element: HTMLElement | null = null;
  readonly scroller: Scroller;
  readonly #table: RunsTable;
  readonly #actions: GridActions;

  constructor(table: RunsTable, actions: GridActions) {
    this.#table = table;
    this.#actions = actions;
    this.scroller = new Scroller({
      ...{ rowHeight: ROW_HEIGHT, headerHeight: ROW_HEIGHT, overscan: OVERSCAN },
      rowCount: () => table.rows.length,
    });
  }

  /** For the table element, which has the focus. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    const listeners = {
      keydown: this.#onKey,
      click: this.#onClick,
      dblclick: this.#onDoubleClick,
      contextmenu: this.#onMenu,
    };
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
    const boxRow = boxRowAt(event);
    if (boxRow !== null) {
      this.#table.choose(boxRow, event.shiftKey ? 'extend' : 'toggle');
      // The keys go on from the row whose box was clicked.
      this.focus();
      return;
    }
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

  /** The menu is about what is chosen; a row that is not is chosen alone first. */
  readonly #onMenu = (event: MouseEvent): void => {
    const table = this.#table;
    const row = event.target === this.#element ? table.cursor : rowOf(event);
    const item = row === null ? undefined : table.rows[row];
    if (row === null || item === undefined) return;
    if (!runsIn(item).every(({ id }) => table.chosenIds.has(id))) table.choose(row, 'only');
    this.#actions.menu(event);
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

  /** Whether the table has used the key. */
  #press(event: KeyboardEvent): boolean {
    const table = this.#table;
    const hasMod = event.ctrlKey || event.metaKey;
    if (hasMod && event.key.toLowerCase() === 'a') table.chooseAll();
    else if (event.key === 'Escape' && table.chosen.length > 0) table.chooseNone();
    else if (event.key === ' ') table.choose(table.cursor, event.shiftKey ? 'extend' : 'toggle');
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
    const row = rowAfterKey(key, this.#table.cursor, { rowCount, page: this.scroller.rowsPerPage });
    if (row === null || rowCount === 0) return false;
    if (shiftKey) {
      if (this.#table.chosen.length === 0) this.#table.choose(this.#table.cursor, 'only');
      this.#table.choose(row, 'range');
    } else if (!hasMod) this.#table.cursor = row;
    void this.scroller.reveal(row);
    return true;
  }
}

/** The row whose check box was clicked; null for a click elsewhere. */
function boxRowAt({ target }: MouseEvent): number | null {
  return target instanceof HTMLInputElement && target.type === 'checkbox' ? rowOf({ target }) : null;
}

/** The row that was clicked; null if the click was on a link or a control in it. */
function rowAt({ target }: MouseEvent): number | null {
  if (!(target instanceof Element) || target.closest('input, label, a') !== null) return null;
  return rowOf({ target });
}

/** The row that an event is in, whatever of it was hit. */
function rowOf({ target }: Pick<MouseEvent, 'target'>): number | null {
  if (!(target instanceof Element)) return null;
  const row = target.closest<HTMLElement>('[data-row]')?.dataset.row;
  return row === undefined ? null : Number(row);
}
