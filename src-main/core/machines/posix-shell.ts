import { badRequest } from '../errors.ts';

// How texts become words of a script for sh. Within single quotes a shell of POSIX changes nothing, so this one rule is all that is needed; the
// libraries for it cater for other shells too, and for the half-quoted words that people paste.

/** One word of a script for sh that is exactly this text. */
export function posixWord(text: string): string {
  if (text.includes('\0')) throw badRequest('A text for another machine holds a null character: leave it out.');
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Words of a script for sh, with spaces in between. */
export function posixWords(texts: readonly string[]): string {
  return texts.map(posixWord).join(' ');
}

/** One word that is this path; one that begins with ~ lies in the home folder of the user there. */
export function posixPath(path: string): string {
  if (path === '~') return '"$HOME"';
  return path.startsWith('~/') ? `"$HOME"/${posixWord(path.slice(2))}` : posixWord(path);
}
