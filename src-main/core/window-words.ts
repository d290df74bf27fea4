import { ANEW_OPTION } from './training/checkpoint.ts';

/** The button by which a run gives up its checkpoints: a reason that names it says that none of them can be used. */
export const START_ANEW = '“Start anew …”';

/** What a command of `lab`, or an option of all, is in a window, by its words. */
export type WindowPlaces = Readonly<Record<string, string>>;

/**
 * Where the window does what a command of `lab` does. A sentence has one source: it names the command between backticks, as the
 * terminal shows it, and the window puts these words in its place. Keys are the command's words, the longest that fit.
 */
const PLACES: WindowPlaces = {
  [`runs resume ${ANEW_OPTION}`]: START_ANEW,
  'runs resume': '“Resume”',
  'runs list': '“Runs”',
  'studies list': '“Studies”',
  find: '“Find how much to freeze …” on the page of the study',
  'datasets list': '“Data sets”',
  'datasets add': '“Add a data set” under Data sets',
  'datasets get': '“Get a known data set” under Data sets',
  'weights list': '“Weights to fine-tune” under Data sets',
  'weights add': '“Add a file of weights …” under Data sets',
  'backups list': '“Backups” under Settings',
  'backups restore': '“Restore …” under Settings, Backups',
  'backups salvage': '“Keep what is undamaged …” under Settings, Backups',
  'queue resume': '“Resume all” in the queue',
  'queue release': '“Release” in the queue',
  'runs import': '“Import runs …” under Runs',
  'machines add': '“Add a machine …” under Settings, Other machines',
  'machines check': '“Check” under Settings, Other machines',
  'machines set-up': '“Set up” under Settings, Other machines',
  doctor: '“This machine” under Settings',
  '--home': '“Use another home …” under Settings',
};

/** "`lab runs resume r1`", "`npm run lab -- doctor`". */
const COMMAND = /`(?:npm run )?lab (?:-- )?([^`]+)`/g;

/** "choose another folder with --home". */
const HOME_OPTION = /(?<=\bwith )--home\b/g;

/**
 * The sentence as the window says it: with the button or the place that does it instead of the terminal's command; where there is none,
 * with where one types that. A dialog has places of its own.
 */
export function windowSentence(sentence: string, places: WindowPlaces = PLACES): string {
  return sentence
    .replaceAll(COMMAND, (command, words: string) => placeOf(words, places) ?? `${command} in a terminal`)
    .replaceAll(HOME_OPTION, (option) => places[option] ?? option);
}

/** Null for a command that the window has nothing for. */
function placeOf(words: string, places: WindowPlaces): string | null {
  const anew = `runs resume ${ANEW_OPTION}`;
  if (words.startsWith('runs resume ') && words.endsWith(ANEW_OPTION)) return places[anew] ?? null;
  const parts = words.split(/\s+/);
  return places[parts.slice(0, 2).join(' ')] ?? places[parts[0]] ?? null;
}

/** The keys under which answers hold sentences of the program: names, notes and specs of people stay as they are. */
const SENTENCES: ReadonlySet<string> = new Set([
  ...['reason', 'passedOver', 'warnings', 'sentence', 'problem', 'text', 'mend', 'found'],
]);

/** A copy of an answer with its sentences as the window says them; the answer itself where none names a command. */
export function withWindowSentences<Value>(value: Value, key = ''): Value {
  if (typeof value === 'string') return (SENTENCES.has(key) ? windowSentence(value) : value) as Value;
  if (!mayHoldSentences(value)) return value;
  const isList = Array.isArray(value);
  let copy: Value | null = null;
  for (const name in value) {
    const before = value[name];
    const after = withWindowSentences(before, isList ? key : name);
    if (Object.is(after, before)) continue;
    copy ??= (isList ? [...value] : { ...value }) as Value;
    copy[name] = after;
  }
  return copy ?? value;
}

/** Columns of numbers are long, and hold none; what is neither a list nor plain is not ours. */
function mayHoldSentences(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? typeof value[0] !== 'number' : Object.getPrototypeOf(value) === Object.prototype;
}
