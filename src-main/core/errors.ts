/** The reason why a request could not be served. The caller can mend a `bad-request`; the others are states of the world. */
export type ErrorCode =
  | 'bad-request'
  | 'not-found'
  | 'conflict'
  | 'no-space'
  | 'locked'
  | 'corrupt'
  | 'unavailable'
  | 'diverged'
  | 'internal';

/** What keeps every run from training, whichever is next: a state of the machine, not a fault of the run that met it. */
export type Hindrance = 'disk' | 'database' | 'tensorflow' | 'memory' | 'device';

export interface AppErrorOptions extends ErrorOptions {
  /** What it hinders beyond what was asked for; `hindranceOf` also knows of a full disk by its code. */
  readonly hinders?: Hindrance | null;
  /** Lines to be copied as they stand, to which the sentence refers. */
  readonly lines?: readonly string[];
}

/** Names and texts from outside may hold them, and a sentence is one line wherever it is shown. */
const LINE_ENDS = /\s*[\n\v\f\r\u0085\u2028\u2029]+\s*/g;

/** A damaged file can hold a word of megabytes. The end of a sentence says what to do, so its middle is left out. */
const LONGEST_SENTENCE = 2000;
const KEPT_END = 600;

function asSentence(message: string): string {
  if (message.length <= LONGEST_SENTENCE) return message.replaceAll(LINE_ENDS, ' ');
  const start = message.slice(0, LONGEST_SENTENCE - KEPT_END);
  return `${start} ... ${message.slice(-KEPT_END)}`.replaceAll(LINE_ENDS, ' ');
}

/** The one error type of the project: a code for programs, and one sentence for people that says what to change. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** Lines to be copied as they stand, to which the sentence refers; mostly none. */
  readonly lines: readonly string[];
  /** What keeps all runs from training; null for most errors. */
  readonly hinders: Hindrance | null;

  constructor(code: ErrorCode, message: string, { lines = [], hinders = null, ...options }: AppErrorOptions = {}) {
    super(asSentence(message), options);
    this.name = 'AppError';
    this.code = code;
    this.lines = lines;
    this.hinders = hinders;
  }
}

/** States of the machine that people can change: a full disk, or files that are missing or damaged or are others now. */
const PASSING_STATES: ReadonlySet<ErrorCode> = new Set(['no-space', 'not-found', 'corrupt', 'conflict', 'unavailable']);

/** Whether what failed may well succeed later, once somebody has changed the state that the error names. */
export function mayPass(error: unknown): error is AppError {
  return error instanceof AppError && PASSING_STATES.has(error.code);
}

export function badRequest(message: string, options?: ErrorOptions): AppError {
  return new AppError('bad-request', message, options);
}

/** An error for a damaged or wrong data file: `problem` completes the sentence after its path, such as "ends inside its header". */
export function corrupt(path: string, problem: string, cause?: unknown): AppError {
  return new AppError('corrupt', `${path} ${problem}.`, { cause });
}

/** The text of whatever was thrown, for messages that name a cause. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The lines to which what was thrown refers, to be copied as they stand; mostly none. */
export function linesToCopy(error: unknown): readonly string[] {
  return error instanceof AppError ? error.lines : [];
}

/** The error with what it means for something larger: `sentence` gets what it says, without the full stop. */
export function explained(error: unknown, sentence: (problem: string) => string): AppError {
  const { code, message, hinders } = error instanceof AppError ? error : new AppError('internal', messageOf(error));
  return new AppError(code, sentence(message.replace(/\.$/, '')), { cause: error, hinders });
}

/** For a `catch` to which what is not there is an answer. Throws every other error again. */
export function nullIfNotFound(error: unknown): null {
  if (error instanceof AppError && error.code === 'not-found') return null;
  throw error;
}
