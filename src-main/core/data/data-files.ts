import type { PixelFile, Pixels } from './pixels.ts';
import type { DamagedFile } from './report/damaged-file.ts';

export function isPacked(path: string): boolean {
  return path.endsWith('.gz');
}

/** The bytes of a data file, and its path for messages. */
export interface NamedBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Pixels that a reader has found in a file, before `keepPixels` decides where they are kept. */
export interface PixelSource {
  readonly path: string;
  readonly byteLength: number;
  /** Bytes that they take in the file, where they are packed. */
  readonly storedBytes?: number;
  /** Where they lie unpacked; null where they are packed. */
  readonly place: PixelFile | null;
  /** Exactly `byteLength` bytes from first to last. Throws the AppError of a file that does not hold them. */
  pieces(): AsyncIterable<Uint8Array>;
  /** Changes when the bytes may have changed. */
  readonly version: string;
}

/** A file inside an archive, by its name without folders; `path` names archive and file in messages. */
export interface ArchivedFile {
  readonly name: string;
  readonly path: string;
  readonly byteLength: number;
}

/** What a reader takes from a tar archive. */
export interface TarRequest {
  /** The data set that the archive should hold, for the message about a damaged archive: "CIFAR-10". */
  readonly of: string;
  /** Names without folders; other files are skipped. */
  readonly names: ReadonlySet<string>;
  /** Throws where the size in a file's header cannot be right. Called before the file's bytes are read. */
  readonly check: (file: ArchivedFile) => void;
}

/** A file inside a zip archive. */
export interface ZipMember {
  /** Names archive and file in messages. */
  readonly path: string;
  /** How the archive holds it; we cannot read `other`. */
  readonly packing: 'stored' | 'deflated' | 'other';
  /** Size when unpacked. */
  readonly byteLength: number;
  readonly storedBytes: number;
  /** Where its bytes begin in the archive; null where they are packed. */
  readonly start: number | null;
  /** The unpacked bytes from byte `from` on. */
  pieces(from: number): AsyncIterable<Uint8Array>;
}

/** An open zip archive. */
export interface ZipArchive {
  readonly names: readonly string[];
  /** Throws 'corrupt' where the member claims more bytes than are unpacked, or than are in the archive. */
  member(name: string): Promise<ZipMember>;
}

/**
 * What the readers of data sets need of the machine. Every call rejects with the AppError that names the file at fault:
 * 'not-found', 'bad-request' where it may not be read, 'corrupt', or 'unavailable'.
 */
export interface DataFiles {
  /** Joins folders and a name to a path as this machine writes it. */
  join(...parts: readonly string[]): string;
  isFolder(path: string): Promise<boolean>;
  exists(path: string): Promise<boolean>;
  /** The names in a folder, sorted, without hidden ones: for messages that say what is there. */
  names(folder: string): Promise<readonly string[]>;
  /** The size of a file that is about to be read: devices, pipes and folders are refused. */
  size(path: string): Promise<number>;
  /** Changes when the file is written again. */
  version(path: string): Promise<string>;
  /** The bytes of a file as they are. */
  read(path: string): Promise<Uint8Array>;
  /** The bytes of a file piece by piece, unpacked if it is a `.gz`. */
  pieces(path: string): AsyncIterable<Uint8Array>;
  /** The first bytes of a file, unpacked if it is a `.gz`; fewer if the file is shorter. */
  start(path: string, byteCount: number): Promise<Uint8Array>;
  /** The first bytes of a file as they are; fewer if the file is shorter. */
  head(path: string, byteCount: number): Promise<Uint8Array>;
  /** The wanted files of a tar archive, packed by gzip or not, by their names without folders. */
  readTar(path: string, request: TarRequest): Promise<ReadonlyMap<string, NamedBytes>>;
  /** Runs `work` on a zip archive, which stays open until it has ended. `format` says in messages what the file should be: "zip file". */
  withZip<T>(path: string, format: string, work: (zip: ZipArchive) => Promise<T>): Promise<T>;
  /**
   * Reads all pixels into shared memory if together they fit the memory budget. Otherwise they stay on disk: unpacked ones
   * where they are, packed ones in the cache, into which they are unpacked once.
   */
  keepPixels(sources: readonly PixelSource[]): Promise<readonly Pixels[]>;
  /** Resolves at the next turn of the event loop, so that long work lets other work run. */
  nextTurn(): Promise<void>;
}

/** An image file, its size in bytes, and a stamp that changes when the file does. */
export interface ImageFile {
  readonly path: string;
  readonly stamp: string;
  readonly byteLength: number;
}

/** A file that is left out, or a folder, whose path ends with a slash, with the number of files in it. */
export interface SkippedPath {
  /** Below the folder of the data set. */
  readonly path: string;
  readonly files: number;
}

/** All that is left out for one reason. */
export interface SkippedFiles {
  /** As the end of a sentence: "hidden". */
  readonly reason: string;
  /** How many files there are, also in folders that are left out. */
  readonly files: number;
  /** How many paths there are; `first` are the first of them. */
  readonly total: number;
  readonly first: readonly SkippedPath[];
}

/** What a listing tells apart from the images. */
export interface FolderListing {
  readonly skipped: readonly SkippedFiles[];
  /** Images, or folders that may hold some, which cannot be read. */
  readonly unreadable: readonly DamagedFile[];
  /** How the folder was understood, in sentences. */
  readonly notes: readonly string[];
}

/** Image files by class: those of class 0, of class 1, and so on. */
export interface ClassifiedImages {
  readonly classNames: readonly string[];
  readonly training: readonly (readonly ImageFile[])[];
  readonly test: readonly (readonly ImageFile[])[];
  /** The validation split that the folder brings: at least one image; absent where it brings none. */
  readonly validation?: readonly (readonly ImageFile[])[];
  /** What was left out and why, where the kind says so. */
  readonly listing?: FolderListing;
}

/** What a file system says of a path. */
export interface PathStatus {
  readonly isFolder: boolean;
  readonly isFile: boolean;
  /** Changes when a file is written again. */
  readonly stamp: string;
  readonly byteLength: number;
  /** The same for all paths to one folder; null for a file, and where the file system does not number its folders. */
  readonly identity: string | null;
  /** Where a link leads in the end, without links on the way; null for what is no link. */
  readonly linkedTo: string | null;
}

/**
 * Folders for code that lists image files. All calls block until the disk answers, and throw what `DataFiles` rejects
 * with.
 */
export interface ImageFolders {
  /** Joins folders and a name to a path as this machine writes it. */
  join(...parts: readonly string[]): string;
  /** All names in a folder, sorted by character code. */
  names(folder: string): readonly string[];
  status(path: string): PathStatus;
  /** The path without links on the way. */
  real(path: string): string;
  exists(path: string): boolean;
  /** The text of a UTF-8 file. */
  text(path: string): string;
}
