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
  // Two hyphens would join into a dash.
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

/** Letters that the T1 fonts of every LaTeX have. */
const KNOWN = /[\x20-\x7e\u00c0-\u017e]/;

/** Text that LaTeX prints literally. A character that its fonts do not have would stop LaTeX, so its number is written instead. */
export function texText(text: string): string {
  return [...inertText(text)].map(texCharacter).join('');
}

function texCharacter(character: string): string {
  const special = SPECIAL[character];
  if (special !== undefined) return special;
  if (KNOWN.test(character)) return character;
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
}
