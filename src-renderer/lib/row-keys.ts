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
