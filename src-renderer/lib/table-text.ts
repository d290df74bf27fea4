import { UNKNOWN } from '#core/analysis/quantity.ts';
import { tsvText } from '#core/csv-text.ts';

/** What one does not see of a cell, or sees as a sign alone: what only readers hear, arrows, boxes and drawings. */
const UNSEEN = '.sr-only, [aria-hidden="true"], button[aria-expanded], svg, input, select';

/**
 * The part of a table that is marked, as rows of cells with tabs between them, without hidden text and signs. Null where what is
 * marked is not within one table.
 */
export function markedTableText(selection: Selection | null): string | null {
  if (selection === null || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const { commonAncestorContainer: common } = range;
  const table = (common instanceof Element ? common : common.parentElement)?.closest('table');
  if (table == null) return null;
  const marked = (element: Element) => range.intersectsNode(element);
  const cells = [...table.rows].filter(marked).map((row) => [...row.cells].filter(marked));
  // Within one cell, what is marked may be a part of its text.
  if (cells.flat().length < 2) return seenText(range.cloneContents());
  return tsvText(cells.map((row) => row.map(cellText)));
}

/** What is not known is an empty cell, and a word needs no sign before it. */
function cellText(cell: Node): string {
  const text = seenText(cell).replace(/^● /, '');
  return text === UNKNOWN ? '' : text;
}

function seenText(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
  if (node instanceof Element && node.matches(UNSEEN)) return '';
  return [...node.childNodes].map(seenText).filter(Boolean).join(' ');
}
