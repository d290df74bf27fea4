import { createCanvas, SvgExportFlag } from '@napi-rs/canvas';
import { FONT } from './fonts.ts';
import { inertText } from './inert-text.ts';

/** Where the glyph of a character comes from: our font, another font of this machine, or nowhere. */
export type GlyphSource = 'own' | 'other' | 'none';

const ASCII = /^[\x20-\x7e]$/;
/** Joiners and the like, which have no glyph of their own. */
const INVISIBLE = /^\p{Default_Ignorable_Code_Point}$/u;
const MOST_NAMED = 8;

const known = new Map<string, GlyphSource>();

export function glyphSource(character: string): GlyphSource {
  if (ASCII.test(character) || INVISIBLE.test(character)) return 'own';
  const source = known.get(character) ?? probed(character);
  known.set(character, source);
  return source;
}

/** In an SVG, Skia names the font of every text, and leaves out a character that no font has. */
function probed(character: string): GlyphSource {
  const canvas = createCanvas(100, 100, SvgExportFlag.NoPrettyXML);
  const context = canvas.getContext('2d');
  context.font = `20px ${FONT}`;
  context.fillText(character, 20, 50);
  const fonts = [
    ...canvas
      .getContent()
      .toString('utf8')
      .matchAll(/<text [^>]*font-family="([^"]*)"[^>]*>[^<]/g),
  ];
  if (fonts.length === 0) return 'none';
  return fonts.every(([, font]) => font === FONT) ? 'own' : 'other';
}

/** A sentence about the characters of these texts that no font of this machine has; none where every character has its glyph. */
export function glyphWarnings(texts: Iterable<string>): string[] {
  const characters = new Set([...texts].flatMap((text) => [...inertText(text)]));
  const missing = [...characters].filter((character) => glyphSource(character) === 'none');
  if (missing.length === 0) return [];
  const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more characters` : '';
  const named = `${missing.slice(0, MOST_NAMED).join(' ')}${more}`;
  return [
    `No font of this machine has ${named}: PDF and PNG files show boxes in their place, SVG and HTML files keep them as text. Install a font that has them, such as one of the Noto fonts, and export again.`,
  ];
}
