import type { z } from 'zod';
import type { fileOptionsSchema } from '../dataset-location.ts';
import type { DatasetInfo } from '../image-set.ts';

/** A sum over the bytes of a file, as somebody has published it. */
export interface PublishedChecksum {
  readonly algorithm: 'md5' | 'sha256';
  /** Hexadecimal, in small letters. */
  readonly value: string;
  /** Where it is published, for people: "the authors' page". */
  readonly publishedIn: string;
}

/** A file as its home serves it. */
export interface KnownFile {
  readonly name: string;
  /**
   * The expected size in bytes, for what is said before a download, for free space and for the time left. The checksums decide
   * whether a file is the right one; where nobody has published one, this has to be its exact size.
   */
  readonly bytes: number;
  /** The public home first, then further addresses of the same bytes. All are https. */
  readonly addresses: readonly string[];
  /** Every one of them has to fit. Empty where nobody has published one. */
  readonly checksums: readonly PublishedChecksum[];
}

/** How an archive becomes the folder that a kind of data set reads. */
export interface Unpacking {
  readonly format: 'tar.gz' | 'zip';
  /** Only members whose whole name fits are unpacked. */
  readonly members: RegExp;
  /** Where a member goes below the folder, with the groups of `members`: '$1'. */
  readonly to: string;
  /** How many files and bytes that gives, about; twice as many are refused. */
  readonly files: number;
  readonly bytes: number;
}

/** A well-known data set, and all that is needed to get it. */
export interface KnownDataset {
  /** The name by which people ask for it, and specs and presets refer to it. */
  readonly name: string;
  readonly title: string;
  /** What it holds. */
  readonly images: DatasetInfo;
  /** The licence, or what the authors say instead of one. */
  readonly licence: string;
  /** The authors' page. */
  readonly homepage: string;
  /** The folder of its files; data sets that come in one archive share it. */
  readonly folder: string;
  readonly files: readonly KnownFile[];
  /** Null where the files are read as they were downloaded. */
  readonly unpacking: Unpacking | null;
  /** Its location without the path. */
  readonly options: z.input<typeof fileOptionsSchema>;
  /** What of the folder the location's path names; empty for the folder itself. */
  readonly path: string;
  /** The names of its classes by label, where its files do not give them. */
  readonly classNames?: readonly string[];
}

/** The bytes of all its files. */
export function downloadBytes({ files }: KnownDataset): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
