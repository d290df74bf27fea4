import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { GLOSSARY } from '#core/glossary.ts';
import { helpPage, helpPagesOf } from '../electron.help.ts';
import { type HelpBlock, type HelpText, matchesIn, plainText, sectionsOf } from '../src-renderer/lib/help-page.ts';

const PAGES = helpPagesOf(fileURLToPath(new URL('../docs', import.meta.url)));

/** All links of a page. */
function linksOf(blocks: readonly HelpBlock[]): Extract<HelpText, { readonly as: 'link' }>[] {
  const ofText = (parts: readonly HelpText[]): Extract<HelpText, { readonly as: 'link' }>[] =>
    parts.flatMap((part) => {
      if (typeof part === 'string' || part.as === 'code') return [];
      return part.as === 'link' ? [part] : ofText(part.parts);
    });
  return blocks.flatMap((block) => {
    if (block.as === 'list') return block.items.flatMap(linksOf);
    if (block.as === 'table') return [block.head, ...block.rows].flat().flatMap(ofText);
    if (block.as === 'quote') return linksOf(block.blocks);
    return block.as === 'code' ? [] : ofText(block.parts);
  });
}

describe('a document as data', () => {
  it('has its headings, texts, lists, tables and code, and what would be HTML stays text', () => {
    const { title, blocks } = helpPage(
      'example',
      [
        '# An *example*',
        'See `t0`, **bold** and [rounding](statistics.md#rounding) <img src=x onerror=alert(1)>.',
        '<script>alert(1)</script>',
        '## A heading: 2',
        '1. one',
        '2. two [there](#a-heading-2)',
        '',
        '| a | b |\n| --- | --- |\n| 1 | [out](https://example.org) |',
        '',
        '    code & <b>',
      ].join('\n\n'),
    );
    expect(title).toBe('An example');
    expect(blocks.map(({ as }) => as)).toEqual(['paragraph', 'paragraph', 'heading', 'list', 'table', 'code']);
    const [first, script, heading, list, table, code] = blocks;
    expect(first.as === 'paragraph' && plainText(first.parts)).toBe(
      'See t0, bold and rounding <img src=x onerror=alert(1)>.',
    );
    expect(script.as === 'paragraph' && plainText(script.parts)).toContain('<script>alert(1)</script>');
    expect(heading).toMatchObject({ id: 'a-heading-2', depth: 2 });
    expect(list).toMatchObject({ isOrdered: true });
    expect(code).toEqual({ as: 'code', text: 'code & <b>' });
    expect(linksOf([first, list, table])).toMatchObject([
      { page: 'statistics', section: 'rounding' },
      { page: null, section: 'a-heading-2' },
      { page: null, section: null, href: 'https://example.org' },
    ]);
  });

  it('is each of ours, and every link between them leads somewhere', () => {
    expect(PAGES.length).toBeGreaterThan(9);
    const ids = new Map(
      PAGES.map(({ name, blocks }) => [name, blocks.flatMap((block) => (block.as === 'heading' ? block.id : []))]),
    );
    for (const { name, blocks } of PAGES) {
      for (const { page, section } of linksOf(blocks).filter((link) => link.page !== null || link.section !== null)) {
        const there = ids.get(page ?? name);
        expect([name, page, there !== undefined]).toEqual([name, page, true]);
        if (section !== null) expect(there).toContain(section);
      }
    }
  });
});

describe('the search', () => {
  it('finds sections that have all words, headings first, with the words around them', () => {
    const sections = sectionsOf(PAGES);
    const [first] = matchesIn(sections, 'rounding');
    expect(first.section).toMatchObject({ page: 'statistics', title: 'Rounding' });
    const found = matchesIn(sections, 'Holm adjusted');
    expect(found.length).toBeGreaterThan(0);
    expect(found[0].excerpt.toLowerCase()).toMatch(/holm|adjusted/);
    expect([matchesIn(sections, 'nosuchwordanywhere'), matchesIn(sections, '  ')]).toEqual([[], []]);
  });
});

it('the glossary explains its words in a sentence or two', () => {
  for (const { term, text } of Object.values(GLOSSARY)) {
    expect([term, text.length < 260, /[.]$/.test(text)]).toEqual([term, true, true]);
  }
});
