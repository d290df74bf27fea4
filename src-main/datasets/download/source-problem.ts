/** What a source did wrong decides what is tried next. */
export type ProblemKind =
  /** It has not what is asked for: try the next address. */
  | 'refused'
  /** It may answer later: try again. */
  | 'passing';

/** Why one address did not give a file. The message completes "HOST ...": "answers 404". */
export class SourceProblem extends Error {
  readonly kind: ProblemKind;
  /** How long the server asks to wait; null where it does not. */
  readonly waitMs: number | null;

  constructor(kind: ProblemKind, message: string, waitMs: number | null = null) {
    super(message);
    this.name = 'SourceProblem';
    this.kind = kind;
    this.waitMs = waitMs;
  }
}
