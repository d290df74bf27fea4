import type { ExchangeMeter } from './exchange-meter.ts';
import type { WrittenLines } from './export-news.ts';
import type { StagedFile } from './staged-file.ts';

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
  /** Removes a file that one of these has made. */
  discardFile(path: string): Promise<void>;
}
