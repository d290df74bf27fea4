/** A stretch of text, as the documents have it. Nothing of it is ever read as markup. */
export type HelpText =
  | string
  | { readonly as: 'strong' | 'emphasis'; readonly parts: readonly HelpText[] }
  | { readonly as: 'code'; readonly text: string }
  /** `page` is one of the documents; null for an address elsewhere, which is shown and not opened. */
  | {
      readonly as: 'link';
      readonly page: string | null;
      readonly section: string | null;
      readonly href: string;
      readonly parts: readonly HelpText[];
    };

/** A block of a document. */
export type HelpBlock =
  | { readonly as: 'heading'; readonly depth: number; readonly id: string; readonly parts: readonly HelpText[] }
  | { readonly as: 'paragraph'; readonly parts: readonly HelpText[] }
  | { readonly as: 'code'; readonly text: string }
  | { readonly as: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly HelpBlock[])[] }
  | {
      readonly as: 'table';
      readonly head: readonly (readonly HelpText[])[];
      readonly rows: readonly (readonly (readonly HelpText[])[])[];
    }
  | { readonly as: 'quote'; readonly blocks: readonly HelpBlock[] };

/** One of the documents of `docs/`, as the build made it. */
export interface HelpPage {
  /** Its file's name without the ending: "statistics". */
  readonly name: string;
  readonly title: string;
  readonly blocks: readonly HelpBlock[];
}

/** A part of a page from one heading to the next. */
export interface HelpSection {
  readonly page: string;
  readonly pageTitle: string;
  /** The heading's id; null before the first one below the title. */
  readonly id: string | null;
  readonly title: string;
  /** All of its words on one line. */
  readonly text: string;
}

export function plainText(parts: readonly HelpText[]): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      return part.as === 'code' ? part.text : plainText(part.parts);
    })
    .join('');
}

/** The sections of all pages, in their order. */
export function sectionsOf(pages: readonly HelpPage[]): readonly HelpSection[] {
  return pages.flatMap(({ name, title, blocks }) => {
    const sections: { id: string | null; title: string; texts: string[] }[] = [{ id: null, title, texts: [] }];
    for (const block of blocks) {
      if (block.as === 'heading') sections.push({ id: block.id, title: plainText(block.parts), texts: [] });
      else sections.at(-1)?.texts.push(blockText(block));
    }
    return sections.map(({ id, title: heading, texts }) => ({
      ...{ page: name, pageTitle: title, id, title: heading },
      text: texts.join(' ').replaceAll(/\s+/g, ' '),
    }));
  });
}

function blockText(block: HelpBlock): string {
  switch (block.as) {
    case 'heading':
    case 'paragraph':
      return plainText(block.parts);
    case 'code':
      return block.text;
    case 'list':
      return block.items.map((item) => item.map(blockText).join(' ')).join(' ');
    case 'table':
      return [block.head, ...block.rows].map((row) => row.map(plainText).join(' ')).join(' ');
    case 'quote':
      return block.blocks.map(blockText).join(' ');
  }
}

const AROUND = 80;

/** A section that has every word of a query, and the words around the first of them. */
export interface HelpMatch {
  readonly section: HelpSection;
  readonly excerpt: string;
}

/** The sections that have all words: first those with a word in their heading, then in the order of the pages. */
export function matchesIn(sections: readonly HelpSection[], query: string): readonly HelpMatch[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const has = (text: string, word: string) => text.toLowerCase().includes(word);
  const found = sections.filter(({ title, text }) => words.every((word) => has(title, word) || has(text, word)));
  const isHeaded = ({ title }: HelpSection) => words.some((word) => has(title, word));
  const ranked = [...found.filter(isHeaded), ...found.filter((section) => !isHeaded(section))];
  return ranked.map((section) => ({ section, excerpt: excerptOf(section.text, words) }));
}

function excerptOf(text: string, words: readonly string[]): string {
  const places = words.map((word) => text.toLowerCase().indexOf(word)).filter((place) => place >= 0);
  const start = Math.max(0, Math.min(...places, text.length) - AROUND);
  const end = Math.min(text.length, start + 3 * AROUND);
  if (places.length === 0) return text.slice(0, 2 * AROUND);
  return `${start > 0 ? '… ' : ''}${text.slice(start, end)}${end < text.length ? ' …' : ''}`;
}
