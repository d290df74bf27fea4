import { inertText } from './inert-text.ts';

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  "'": '\\textquotesingle{}',
  '`': '\\textasciigrave{}',
  // Two of them would join into a dash.
  '-': '{-}',
  '“': '\\textquotedblleft{}',
  '”': '\\textquotedblright{}',
  '–': '\\textendash{}',
  '−': '\\ensuremath{-}',
  '×': '\\ensuremath{\\times}',
  '…': '\\ldots{}',
  '\u2009': '\\,',
  '\u00a0': '~',
};

/** Letters that every LaTeX has in its T1 fonts. */
const KNOWN = /[\x20-\x7e\u00c0-\u017e]/;

/** Text that LaTeX prints as it is. A character that its fonts lack becomes its number, since it would stop LaTeX. */
export function texText(text: string): string {
  return [...inertText(text)].map(texCharacter).join('');
}

function texCharacter(character: string): string {
  const special = SPECIAL[character];
  if (special !== undefined) return special;
  if (KNOWN.test(character)) return character;
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
}
