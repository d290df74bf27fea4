import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

export interface PrintedPdf {
  readonly pages: number;
  /** In points, of the first page. */
  readonly size: readonly [width: number, height: number];
  /** Of each page, its pieces joined by spaces. */
  readonly texts: readonly string[];
  /** Titles of the outline's first level and of what lies below. */
  readonly outline: readonly string[];
  readonly isTagged: boolean;
}

interface OutlineItem {
  readonly title: string;
  readonly items: readonly OutlineItem[];
}

/** What a reader sees of a document of several pages. */
export async function readPrintedPdf(data: Uint8Array): Promise<PrintedPdf> {
  const task = getDocument({ data: new Uint8Array(data), verbosity: 0 });
  const document = await task.promise;
  const texts: string[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent();
    texts.push(items.flatMap((item) => ('str' in item && item.str !== '' ? [item.str] : [])).join(' '));
  }
  const first = await document.getPage(1);
  const [, , width, height] = first.view;
  const outline = titlesOf((await document.getOutline()) ?? []);
  const structure = await first.getStructTree();
  await task.destroy();
  return { pages: texts.length, size: [width, height], texts, outline, isTagged: structure !== null };
}

function titlesOf(items: readonly OutlineItem[]): string[] {
  return items.flatMap(({ title, items: below }) => [title, ...titlesOf(below)]);
}
