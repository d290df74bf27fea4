/** A command line of this program that can be typed as it stands. */
export function labCommand(words: readonly string[], home?: string): string {
  const all = words.map((word) => (isPlain(word) ? word : quoted(word)));
  return ['npm run lab --', ...all, ...(home === undefined ? [] : ['--home', quoted(home)])].join(' ');
}

/** A study's name for the shell; always in quotes, so that it is clearly one word. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\$`]/g, '\\$&')}"`;
}

/** The command that adds the next two seeds to a study. */
export function addSeedsCommand(study: string, seeds: readonly number[], home?: string): string {
  const last = Math.max(...seeds);
  const homeOption = home === undefined ? '' : ` --home ${quoted(home)}`;
  return `npm run lab -- study ${quoted(study)} --seeds ${last + 1},${last + 2}${homeOption}`;
}

function isPlain(word: string): boolean {
  return /^[\w.,/:=+-]+$/.test(word);
}
