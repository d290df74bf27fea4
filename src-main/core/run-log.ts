/** A piece of what a run's trainers wrote, in the order in which it was written. */
export interface LogPart {
  readonly text: string;
  /** Bytes of the log before this part that were not sent: of a long log only the end is. */
  readonly leftOut: number;
  /** The place in the log, in bytes, to which this part goes: whoever comes again asks for what is behind it. */
  readonly end: number;
}

export interface LogReading {
  /** To where it was read before; absent for its end. */
  readonly from?: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The logs of the runs' trainers. */
export interface RunLogs {
  /**
   * The end of the run's log, at most MOST_LOG_BYTES of it and at once, also where there is none yet, or what is behind the place to which it was
   * read before; then what is added, until the signal aborts. Ends where there is no log. Throws a bad request for a log that is no ordinary file.
   */
  follow(runId: string, reading: LogReading): AsyncGenerator<LogPart>;
}

/** The most of a log that is read and sent at once, and about the most that a page keeps of it. */
export const MOST_LOG_BYTES = 256 * 1024;
