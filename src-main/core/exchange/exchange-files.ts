import type { ExchangeMeter } from './exchange-meter.ts';
import type { WrittenLines } from './export-news.ts';
import type { StagedFile } from './staged-file.ts';

/** A file whose pieces arrive one after the other. */
export interface ArrivingFile {
  readonly path: string;
  /** Adds a piece at the end. Throws 'no-space' and 'unavailable'. */
  append(bytes: Uint8Array): Promise<void>;
  /** Nothing more arrives. */
  close(): Promise<void>;
}

/** Files of event lines on their way into the store, and out of it. */
export interface ExchangeFiles {
  /**
   * Reads a file of event lines in a thread, checks every line, and lays its events down next to the database; null where the meter
   * said to end. Throws a bad request that names the line.
   */
  stageFile(file: string, meter: ExchangeMeter): Promise<StagedFile | null>;
  /**
   * Writes the lines of a study and of the events of its finished runs into a new file of the home, in a thread; null where the meter said
   * to end. Throws 'not-found' for an unknown study.
   */
  writeLines(study: string, meter: ExchangeMeter): Promise<WrittenLines | null>;
  /** Reads what `writeLines` has written. */
  filePieces(path: string): AsyncGenerator<Uint8Array>;
  /** Makes an empty file of the home, for event lines that arrive from another machine. */
  arrivingFile(): Promise<ArrivingFile>;
  /** Removes a file that one of these has made. */
  discardFile(path: string): Promise<void>;
}
