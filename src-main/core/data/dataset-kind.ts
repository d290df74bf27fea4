import type { z } from 'zod';
import type { Kind } from '../kind.ts';
import type { ClassifiedImages, DataFiles, ImageFolders } from './data-files.ts';
import type { DataSource, DatasetInfo } from './image-set.ts';

/** The least that the locations of all kinds have in common. */
export interface KindLocation {
  readonly kind: string;
  /** The folder or file; only kinds whose images are made have none. */
  readonly path?: string;
}

/** What a person chooses in the system's dialog. */
export const FILE_CHOICES = ['folder', 'file'] as const;
export type FileChoice = (typeof FILE_CHOICES)[number];

/** What is seen of a folder or a file before any of it is read. */
export interface DatasetLook {
  readonly isFolder: boolean;
  /** Below the folder or in the archive, with slashes between, and at the end of folders; the first ones where there are many. */
  readonly names: readonly string[];
}

/** How a person finds, chooses and names the files of a kind. */
export interface KindFiles {
  /** What the folder or the file holds, as the form tells it. */
  readonly holds: string;
  readonly takes: readonly FileChoice[];
  readonly dialogTitle: string;
  /** Which files the dialog shows, where a file is chosen. */
  readonly filter?: { readonly name: string; readonly extensions: readonly string[] };
  /** Whether a folder or a file looks like one of the kind; a kind without it is chosen by hand. */
  recognises?(look: DatasetLook): boolean;
  /** The name that most people would give the data set. */
  readonly suggestedName?: string;
}

/** How images are described that are drawn when they are needed. */
export interface MadeImages<Location> {
  /** Shown where data sets in files show that their files are unchanged: "made from a seed". */
  readonly words: string;
  infoOf(location: Location): DatasetInfo;
}

/** A reader of files that hold arrays of images, or a maker of images. */
export interface ArrayReading<Location> {
  readonly from: 'arrays';
  open(location: Location, files: DataFiles): Promise<DataSource>;
  /** The sizes; reads no images where the files allow that. */
  describe(location: Location, files: DataFiles): Promise<DatasetInfo>;
}

/** A reader for images that are separate files: it lists the files, and each image is decoded once into the cache. */
export interface ImageFileReading<Location> {
  readonly from: 'image files';
  /** Lists the files without reading an image. Runs in its own thread: a hundred thousand files take a second to list. */
  list(location: Location, folders: ImageFolders): ClassifiedImages;
  /** Side of the square to which every image is resized and cropped; null where all images have the same size. */
  sizeOf(location: Location): number | null;
}

/**
 * A kind of data set: how a spec gives its location, what form, command line, figures and reports call it, and how it is read.
 * It has either `files` or `made`.
 */
export interface DatasetKind<Location extends KindLocation = KindLocation> extends Kind {
  readonly schema: z.ZodObject<z.core.$ZodLooseShape, z.core.$strict>;
  readonly files?: KindFiles;
  readonly made?: MadeImages<Location>;
  /** A command that adds a data set of this kind, for the help: `datasets add NAME --kind KIND --path PATH`. */
  readonly example?: string;
  /** The names of its classes, where its files do not give them. */
  readonly classNames?: readonly string[];
  /** The name in figures and reports of a data set that has none. Default: the name of its folder or file. */
  nameOf?(location: Location): string;
  /** Where the images are, or how they are made. Default: the path. */
  placeOf?(location: Location): string;
  readonly reading: ArrayReading<Location> | ImageFileReading<Location>;
}
