import { elementScroll, observeElementOffset, Virtualizer } from '@tanstack/svelte-virtual';
import { tick, untrack } from 'svelte';

interface ScrolledRows {
  rowCount(): number;
  /** In CSS pixels, as all heights here; every row has it. */
  readonly rowHeight: number;
  /** The header stays at the top, over the rows. */
  readonly headerHeight: number;
  /** Rows drawn beyond each edge, so that a fast scroll meets no blank ones. */
  readonly overscan?: number;
}

/** The rows that are drawn, `first` to before `end`, and the height of those above and below, which are not. */
export interface DrawnRows {
  readonly first: number;
  readonly end: number;
  readonly above: number;
  readonly below: number;
}

const OVERSCAN = 12;

/** A long list that scrolls: which of its rows are drawn. */
export class Scroller {
  #element: HTMLElement | null = null;
  /** Counts what the virtualizer reports, for the virtualizer itself holds no signals. */
  #reports = $state(0);
  readonly #rows: ScrolledRows;
  readonly #virtualizer: Virtualizer<HTMLElement, Element>;
  readonly #drawn = $derived.by(() => this.#draw());

  constructor(rows: ScrolledRows) {
    this.#rows = rows;
    this.#virtualizer = new Virtualizer(this.#optionsFor(0));
  }

  get drawn(): DrawnRows {
    return this.#drawn;
  }

  /** Whole rows that the keys of a page go on by; one of those that are seen stays. */
  get rowsPerPage(): number {
    const { rowHeight, headerHeight } = this.#rows;
    return Math.max(1, Math.floor(((this.#element?.clientHeight ?? 0) - headerHeight) / rowHeight) - 1);
  }

  /** For the element that scrolls. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    this.#virtualizer._willUpdate();
    return () => {
      this.#element = null;
      this.#virtualizer._willUpdate();
    };
  };

  /** Scrolls as little as it takes to show the row, and draws it at once: the event that tells of a scroll comes a frame later. */
  async reveal(row: number): Promise<void> {
    await tick();
    if (this.#element === null) return;
    this.#virtualizer.scrollToIndex(row);
    this.#virtualizer.scrollOffset = this.#element.scrollTop;
    this.#report();
    await tick();
  }

  #draw(): DrawnRows {
    const rowCount = this.#rows.rowCount();
    this.#virtualizer.setOptions(this.#optionsFor(rowCount));
    const drawn = this.#reports < 0 ? [] : this.#virtualizer.getVirtualIndexes();
    const [first, end] = [drawn[0] ?? 0, (drawn.at(-1) ?? -1) + 1];
    const { rowHeight } = this.#rows;
    return { first, end, above: first * rowHeight, below: (rowCount - end) * rowHeight };
  }

  #optionsFor(count: number) {
    const { rowHeight, headerHeight, overscan = OVERSCAN } = this.#rows;
    return {
      ...{ count, overscan, paddingStart: headerHeight, scrollPaddingStart: headerHeight },
      estimateSize: () => rowHeight,
      getScrollElement: () => this.#element,
      scrollToFn: elementScroll,
      observeElementOffset,
      observeElementRect: observeSeenRect,
      initialRect: { width: 0, height: 800 },
      onChange: () => this.#report(),
    };
  }

  #report(): void {
    untrack(() => {
      this.#reports += 1;
    });
  }
}

/** Without the scroll bars, under which no row is seen. */
function observeSeenRect(
  { scrollElement }: Virtualizer<HTMLElement, Element>,
  onRect: (rect: { readonly width: number; readonly height: number }) => void,
): (() => void) | undefined {
  if (scrollElement === null) return undefined;
  const observer = new ResizeObserver(() =>
    onRect({ width: scrollElement.clientWidth, height: scrollElement.clientHeight }),
  );
  observer.observe(scrollElement);
  return () => observer.disconnect();
}
