/** A reader of bytes that come from outside, in the shape in which it is fuzzed. */
export interface FuzzTarget {
  readonly name: string;
  /** Sound inputs, and such as were once read wrongly. */
  readonly seeds: () => Promise<readonly Uint8Array[]>;
  /** Texts that the format knows: a change may put one in. */
  readonly words: readonly string[];
  /** Gives the bytes to the program as it gets them; `folder` is for the files that it reads them from. */
  readonly read: (bytes: Uint8Array, folder: string) => unknown;
  /** Whether reading takes so long that a quick test tries only a few inputs. */
  readonly isSlow?: boolean;
  /** Closes what reading has opened in the folder. */
  readonly close?: (folder: string) => Promise<void>;
}
