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
  return KNOWN.test(run) ? run : [...run.matchAll(SCRIPTS)].map(([letters]) => otherLetters(letters)).join('');
}

/** Letters that one font has, if it has the first of them. */
const SCRIPTS = new RegExp(
  [
    '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}]',
    ...['Cyrillic', 'Greek', 'Hebrew', 'Arabic', 'Thai', 'Devanagari'].map((script) => `\\p{Script=${script}}`),
    '.',
  ]
    .map((letter, index, all) => (index === all.length - 1 ? `${letter}\\p{M}*` : `(?:${letter}\\p{M}*)+`))
    .join('|'),
  'gu',
);

/** Letters, their numbers, and the number of the first one, by which a font is chosen. */
function otherLetters(letters: string): string {
  const numbers = [...letters].map((letter) => letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0'));
  const shown = /[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(letters) ? `\\fromright{${letters}}` : letters;
  return `\\otherletters{${shown}}{${numbers.map((number) => `U+${number}`).join(' ')}}{${numbers[0]}}`;
}

/** Whether the text of a document needs `OTHER_LETTERS`. */
export function hasOtherLetters(tex: string): boolean {
  return tex.includes('\\otherletters{');
}

/** Fonts with the widths that were measured. */
const SANS = ['TeX Gyre Heros', 'texgyreheros-regular.otf', 'Arimo', 'Liberation Sans', 'Arial', 'Helvetica'];
/** Fonts of many scripts; each letter is printed by the first that has it. */
const FONTS = [
  ...['Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei'],
  ...['Malgun Gothic', 'FandolHei-Regular.otf', 'DejaVu Sans', 'FreeSans', 'Arial', 'Arial Unicode MS'],
  ...['Noto Sans', 'Noto Sans Hebrew', 'Noto Sans Arabic', 'Noto Sans Thai', 'Noto Sans Devanagari', 'Segoe UI'],
];

/** The definition of \otherletters, for a preamble. What no font has is printed as its numbers. */
export const OTHER_LETTERS: readonly string[] = [
  '% Some names have letters beyond Latin: compile this file with lualatex or xelatex. pdflatex prints their numbers.',
  '\\usepackage{iftex}',
  '\\newcommand{\\otherletters}[3]{#2}',
  '\\newcount\\otherfonts \\newcount\\otherfont \\newif\\ifotherfound',
  '\\iftutex',
  '\\usepackage{fontspec}',
  '\\newcommand{\\trysans}[1]{\\ifdefined\\sansfont\\else\\IfFontExistsTF{#1}{\\newcommand{\\sansfont}{}\\setsansfont{#1}}{}\\fi}',
  SANS.map((font) => `\\trysans{${font}}`).join(''),
  '\\ifxetex \\TeXXeTstate=1 \\newcommand{\\fromright}[1]{\\beginR #1\\endR}\\else \\newcommand{\\fromright}[1]{{\\textdir TRT #1}}\\fi',
  '\\newcommand{\\tryfont}[1]{\\IfFontExistsTF{#1}{\\advance\\otherfonts 1 \\expandafter\\newfontfamily\\csname otherfont\\the\\otherfonts\\endcsname{#1}}{}}',
  FONTS.map((font) => `\\tryfont{${font}}`).join(''),
  '\\renewcommand{\\otherletters}[3]{{\\otherfoundfalse \\otherfont=0 ',
  '  \\loop \\ifotherfound \\otherfont=\\otherfonts \\fi \\ifnum\\otherfont<\\otherfonts \\advance\\otherfont 1',
  '    \\csname otherfont\\the\\otherfont\\endcsname \\iffontchar\\font"#3 \\otherfoundtrue \\fi',
  '  \\repeat \\ifotherfound #1\\else \\sffamily #2\\fi}}',
  '\\fi',
];
