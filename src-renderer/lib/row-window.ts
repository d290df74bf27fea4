export interface Scrolled {
  readonly rowCount: number;
  /** In CSS pixels. */
  readonly rowHeight: number;
  readonly top: number;
  readonly height: number;
  /** Rows drawn beyond each edge, so that a fast scroll meets no blank ones. */
  readonly overscan?: number;
}

/** The rows that are drawn, `first` to before `end`, and the room of those that are not. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
  readonly before: number;
  readonly after: number;
}

const OVERSCAN = 12;

export function rowWindow({ rowCount, rowHeight, top, height, overscan = OVERSCAN }: Scrolled): RowWindow {
  const first = Math.min(Math.max(0, Math.floor(top / rowHeight) - overscan), Math.max(0, rowCount - 1));
  const end = Math.min(rowCount, Math.ceil((top + height) / rowHeight) + overscan);
  const last = Math.max(first, end);
  return { first, end: last, before: first * rowHeight, after: (rowCount - last) * rowHeight };
}

/** The row that a key leads to from this one; null for other keys. */
export function rowAfterKey(
  key: string,
  row: number,
  { rowCount, page }: { rowCount: number; page: number },
): number | null {
  const within = (wanted: number) => Math.max(0, Math.min(rowCount - 1, wanted));
  switch (key) {
    case 'ArrowDown':
      return within(row + 1);
    case 'ArrowUp':
      return within(row - 1);
    case 'PageDown':
      return within(row + page);
    case 'PageUp':
      return within(row - page);
    case 'Home':
      return 0;
    case 'End':
      return within(rowCount - 1);
    default:
      return null;
  }
}
