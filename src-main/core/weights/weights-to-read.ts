/** A file of weights, and the hash that it must have; null where that was not recorded. */
export interface WeightsToRead {
  readonly path: string;
  readonly sha256: string | null;
}
