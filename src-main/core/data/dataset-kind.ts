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

/** How a person finds, chooses and names the files of a kind. */
export interface KindFiles {
  /** What the folder or the file holds, as the form tells it. */
  readonly holds: string;
  readonly takes: readonly FileChoice[];
  readonly dialogTitle: string;
  /** Which files the dialog shows, where a file is chosen. */
  readonly filter?: { readonly name: string; readonly extensions: readonly string[] };
  /** What most would call the data set. */
  readonly suggestedName?: string;
  /** How one gets the well-known data set that the kind is for: said as long as none was added. */
  readonly howToGet?: string;
}

/** Images that are drawn when they are needed. */
export interface MadeImages<Location> {
  /** Stands where others show that their files are whole: "made from a seed". */
  readonly words: string;
  infoOf(location: Location): DatasetInfo;
}

/** A reader of files that hold arrays of images, or a maker of images. */
export interface ArrayReading<Location> {
  readonly from: 'arrays';
  /** Whether `describe` leaves labels unread. One may be out of range, so before a run the files are read wholly. */
  readonly leavesLabels: boolean;
  open(location: Location, files: DataFiles): Promise<DataSource>;
  /** The sizes, without the images where the files allow that. */
  describe(location: Location, files: DataFiles): Promise<DatasetInfo>;
}

/** A reader of images that are files of their own: it says which they are; they are decoded once, into the cache. */
export interface ImageFileReading<Location> {
  readonly from: 'image files';
  /** Reads no image. It runs in a thread of its own, since a hundred thousand files take a second to list. */
  list(location: Location, folders: ImageFolders): ClassifiedImages;
  /** Side of the square that every image is resized and cropped to; null where all images have one size. */
  sizeOf(location: Location): number | null;
}

/**
 * A sort of data set: how a spec says where it is, what form, command line, figures and reports call it, and how it is read.
 * It has either `files` or `made`.
 */
export interface DatasetKind<Location extends KindLocation = KindLocation> extends Kind {
  readonly schema: z.ZodObject<z.core.$ZodLooseShape, z.core.$strict>;
  readonly files?: KindFiles;
  readonly made?: MadeImages<Location>;
  /** A command that adds one, as the help shows it: `datasets add NAME --kind KIND --path PATH`. */
  readonly example?: string;
  /** What its classes are called, where its files do not say so. */
  readonly classNames?: readonly string[];
  /** What figures and reports call a data set without a name of its own; the name of its folder or file by default. */
  nameOf?(location: Location): string;
  /** Where the images are, or how they are made; the path by default. */
  placeOf?(location: Location): string;
  readonly reading: ArrayReading<Location> | ImageFileReading<Location>;
}
