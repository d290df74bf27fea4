import type { WeightsContent } from './stored-weights.ts';

/** Files of weights on this machine, and those that this home keeps. */
export interface WeightsFiles {
  /**
   * Reads the header, and the hash, which is read once for as long as the file does not change. Throws a bad request for another
   * format, 'not-found', 'corrupt' and 'unavailable'.
   */
  content(path: string): Promise<WeightsContent>;
  /** Reads the header alone. Throws what `content` throws. */
  header(path: string): Promise<Omit<WeightsContent, 'sha256'>>;
  /** Copies the file into the home, under its hash. Throws what `content` throws, and 'no-space'. */
  keep(path: string): Promise<WeightsContent>;
  /** Where the home keeps, or would keep, the file with this hash. */
  kept(sha256: string): string;
  /** Removes the file that the home keeps, if there is one. */
  remove(sha256: string): Promise<void>;
  /** Where a finished run has its final weights. */
  ofRun(runId: string): string;
}
