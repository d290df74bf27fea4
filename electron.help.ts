import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { lexer, type Token, type Tokens } from 'marked';
import type { HelpBlock, HelpPage, HelpText } from './src-renderer/lib/help-page.ts';
import { plainText } from './src-renderer/lib/help-page.ts';

/** All documents of a folder, in the order of their titles. */
export function helpPagesOf(folder: string): readonly HelpPage[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => helpPage(basename(name, '.md'), readFileSync(join(folder, name), 'utf8')))
    .toSorted((one, other) => one.title.localeCompare(other.title, 'en'));
}

/** A document as data: what would be HTML in it stays text. Its first heading is its title. */
export function helpPage(name: string, markdown: string): HelpPage {
  const blocks = blocksOf(lexer(markdown));
  const [first, ...rest] = blocks;
  if (first?.as !== 'heading') throw new Error(`docs/${name}.md has to begin with a heading.`);
  return { name, title: plainText(first.parts), blocks: rest };
}

function blocksOf(tokens: readonly Token[]): HelpBlock[] {
  return tokens.flatMap((token): HelpBlock[] => {
    switch (token.type) {
      case 'heading': {
        const parts = partsOf(token.tokens ?? []);
        return [{ as: 'heading', depth: (token as Tokens.Heading).depth, id: idOf(plainText(parts)), parts }];
      }
      case 'paragraph':
      case 'text':
        return [{ as: 'paragraph', parts: partsOf(token.tokens ?? [token]) }];
      case 'code':
        return [{ as: 'code', text: (token as Tokens.Code).text }];
      case 'list': {
        const { ordered, items } = token as Tokens.List;
        return [{ as: 'list', isOrdered: ordered, items: items.map((item) => blocksOf(item.tokens)) }];
      }
      case 'table': {
        const { header, rows } = token as Tokens.Table;
        const cells = (row: readonly Tokens.TableCell[]) => row.map((cell) => partsOf(cell.tokens));
        return [{ as: 'table', head: cells(header), rows: rows.map(cells) }];
      }
      case 'blockquote':
        return [{ as: 'quote', blocks: blocksOf(token.tokens ?? []) }];
      case 'space':
      case 'hr':
      case 'def':
        return [];
      default:
        return [{ as: 'paragraph', parts: [token.raw] }];
    }
  });
}

function partsOf(tokens: readonly Token[]): HelpText[] {
  return tokens.flatMap((token): HelpText[] => {
    switch (token.type) {
      case 'strong':
      case 'em':
        return [{ as: token.type === 'em' ? 'emphasis' : 'strong', parts: partsOf(token.tokens ?? []) }];
      case 'codespan':
        return [{ as: 'code', text: (token as Tokens.Codespan).text }];
      case 'link':
        return [linkOf(token as Tokens.Link)];
      case 'image': {
        const { text } = token as Tokens.Image;
        return text === '' ? [] : [{ as: 'emphasis', parts: [`Figure: ${text}`] }];
      }
      case 'br':
        return [' '];
      case 'text':
      case 'escape':
        return 'tokens' in token && token.tokens !== undefined ? partsOf(token.tokens) : [(token as Tokens.Text).text];
      default:
        return [token.raw];
    }
  });
}

/** "statistics.md#rounding", "#rounding", or an address elsewhere. */
function linkOf({ href, tokens }: Tokens.Link): HelpText {
  const parts = partsOf(tokens);
  const [, page, section] = /^(?:([\w-]+)\.md)?(?:#([\w-]+))?$/.exec(href) ?? [];
  return { as: 'link', page: page ?? null, section: section ?? null, href, parts };
}

/** As the pages of a repository name their headings. */
function idOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}
