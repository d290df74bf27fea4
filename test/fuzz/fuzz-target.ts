/** A reader of bytes that come from outside, in the shape in which it is fuzzed. */
export interface FuzzTarget {
  readonly name: string;
  /** Sound inputs, and such as were once read wrongly. */
  readonly seeds: () => Promise<readonly Uint8Array[]>;
  /** Texts that the format knows: a change may put one in. */
  readonly words: readonly string[];
  /** Gives the bytes to the program as it gets them; `folder` is for the files that it reads them from. */
  readonly read: (bytes: Uint8Array, folder: string) => unknown;
}
