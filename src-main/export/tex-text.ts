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
const KNOWN = /[\x20-\x7e\u00c0-\u0125\u0128-\u0137\u0139-\u013e\u0141-\u0148\u014a-\u0165\u0168-\u017e]/;

/**
 * Text that LaTeX prints literally. Letters that its fonts do not have would stop pdflatex, so it gets their numbers instead,
 * and lualatex and xelatex, which use the fonts of the machine, the letters themselves (`OTHER_LETTERS`).
 */
export function texText(text: string): string {
  return [...inertText(text).matchAll(RUNS)].map(([run]) => texRun(run)).join('');
}

const RUNS = new RegExp(`(?:(?!${KNOWN.source})[^${[...'“”–−×…\u2009\u00a0'].join('')}])+|.`, 'gu');

function texRun(run: string): string {
  const special = SPECIAL[run];
  if (special !== undefined) return special;
  if (KNOWN.test(run)) return run;
  const numbers = [...run].map(
    (character) => `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return `\\otherletters{${run}}{${numbers.join(' ')}}`;
}

/** Whether the text of a document needs `OTHER_LETTERS`. */
export function hasOtherLetters(tex: string): boolean {
  return tex.includes('\\otherletters{');
}

/** Fonts with the widths that were measured. */
const SANS = ['TeX Gyre Heros', 'texgyreheros-regular.otf', 'Arimo', 'Liberation Sans', 'Arial', 'Helvetica'];
/** Fonts of many scripts. */
const FONTS = [
  ...['Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei'],
  ...['Arial Unicode MS', 'FandolHei-Regular.otf', 'DejaVu Sans', 'FreeSans'],
];

/** The definition of \otherletters, for a preamble; of each list of fonts, the first that is there is taken. */
export const OTHER_LETTERS: readonly string[] = [
  '% Some names have letters beyond Latin: compile this file with lualatex or xelatex. pdflatex prints their numbers.',
  '\\usepackage{iftex}',
  '\\newcommand{\\otherletters}[2]{#2}',
  '\\iftutex',
  '\\usepackage{fontspec}',
  '\\newcommand{\\trysans}[1]{\\ifdefined\\sansfont\\else\\IfFontExistsTF{#1}{\\newcommand{\\sansfont}{}\\setsansfont{#1}}{}\\fi}',
  SANS.map((font) => `\\trysans{${font}}`).join(''),
  '\\newcommand{\\tryfont}[1]{\\ifdefined\\otherfont\\else\\IfFontExistsTF{#1}{\\newfontfamily\\otherfont{#1}}{}\\fi}',
  FONTS.map((font) => `\\tryfont{${font}}`).join(''),
  '\\ifdefined\\otherfont\\renewcommand{\\otherletters}[2]{{\\otherfont #1}}\\fi',
  '\\fi',
];
