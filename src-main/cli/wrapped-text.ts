import stringWidth from 'string-width';

/** The width for which texts are broken into lines. */
const COLUMNS = 80;

/** Breaks a text between words. The first line begins at column `start`, the others at `indent`. Longer words stay whole. */
export function wrapped(text: string, { start, indent }: { readonly start: number; readonly indent: number }): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    const margin = lines.length === 1 ? start : indent;
    if (line !== '' && margin + stringWidth(`${line} ${word}`) > COLUMNS) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
