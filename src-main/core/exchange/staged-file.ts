import type { ExchangeMeter } from './exchange-meter.ts';

/** A file of event lines that was read and checked, and waits to be imported. */
export interface StagedFile {
  /** Where its events lie until then. */
  readonly staging: string;
  readonly runs: number;
  readonly events: number;
  readonly lines: number;
  /** The number of the last line where the file ends within it; null where all lines are whole. */
  readonly cutLine: number | null;
  /** The ids of the runs whose start the file does not have. */
  readonly withoutStart: readonly string[];
}

/** Runs of a staged file, from this place in it on. */
export interface RunsToImport {
  readonly staging: string;
  /** From 1. */
  readonly from: number;
  readonly meter: ExchangeMeter;
}

/** What an import did with one run. */
export interface RunOutcome {
  readonly id: string;
  readonly state: 'new' | 'completed' | 'unchanged' | 'left-out';
  /** Events that were added, and those that were there already with the same content. */
  readonly added: number;
  readonly there: number;
  /** Why it was left out, in one sentence. */
  readonly problem: string | null;
}

/** What was done with some runs, all in one transaction. */
export interface ImportedRuns {
  readonly outcomes: readonly RunOutcome[];
  /** The place of the next run; null after the last one. */
  readonly next: number | null;
  /** Whether the meter said to end before all were done. */
  readonly isEnded: boolean;
}
