import type { Html } from './html.ts';
import { html } from './html.ts';

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Indices of the columns with text; the others have numbers, which are aligned right. */
  readonly texts: readonly number[];
}

export function tableOf({ caption, head, rows, texts }: Table): Html {
  if (rows.length === 0) return html`<p>Nothing yet.</p>`;
  const kind = (column: number) => (texts.includes(column) ? 'text' : 'number');
  const cells = (row: readonly string[]) => row.map((cell, column) => html`<td class="${kind(column)}">${cell}</td>`);
  const titles = head.map((title, column) => html`<th scope="col" class="${kind(column)}">${title}</th>`);
  return html`<div class="wide"><table>
<caption>${caption}</caption>
<thead><tr>${titles}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
</table></div>`;
}
