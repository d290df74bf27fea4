/** A call of `lab` that a sentence shows. */
export interface LabCall {
  readonly words: readonly string[];
  /** Names, ids and paths that the command takes. */
  readonly operands?: readonly string[];
  /** Options and their values, in turn. */
  readonly options?: readonly string[];
  /** The option `--home` as it was given. */
  readonly home?: string | undefined;
}

/** A command line that can be pasted into a shell as it stands. */
export function labCommand({ words, operands = [], options = [], home }: LabCall): string {
  const named = home === undefined ? options : [...options, '--home', home];
  // Behind `--`, a name that begins with a dash is not taken for an option.
  const isOptionLike = operands.some((operand) => operand.startsWith('-') && operand !== '-');
  const all = isOptionLike ? [...words, ...named, '--', ...operands] : [...words, ...operands, ...named];
  return ['npm run lab --', ...all.map(shellWord)].join(' ');
}

/** The command that adds the next two seeds to a study. */
export function addSeedsCommand(study: string, seeds: readonly number[], home?: string): string {
  const last = Math.max(...seeds);
  return labCommand({ words: ['study'], operands: [study], options: ['--seeds', `${last + 1},${last + 2}`], home });
}

/** Words that no shell changes; some expand a leading equals sign. */
const PLAIN = /^(?!=)[\w.,/:=@%+-]+$/;
/** Characters that our sentences leave out or put on one line, since they would steer the terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

/** One word of a shell's command line, quoted where it has to be. */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  // Inside single quotes, shells change nothing.
  if (!UNPRINTABLE.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${[...text].map(escaped).join('')}'`;
}

/** A character within $'...', which the shells that people type in know. */
function escaped(character: string): string {
  if (!UNPRINTABLE.test(character) && !/['\\!]/.test(character)) return character;
  const bytes = [...new TextEncoder().encode(character)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
