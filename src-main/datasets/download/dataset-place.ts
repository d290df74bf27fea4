import { statSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { DatasetLocation } from '#core/data/dataset-location.ts';
import { datasetLocationSchema } from '#core/data/dataset-location.ts';
import type { KnownDataset } from '#core/data/known/known-dataset.ts';
import { NOTE_LIMIT } from '../../files/limits.ts';
import { readOrdinarySync } from '../../files/ordinary-file.ts';
import { homeFolder } from '../../setup/home.mjs';

/**
 * The folder of the data sets that were downloaded, which all homes of a user share: FREEZEOUT_LAB_DATASETS, else a folder of
 * the user's application data. It is no cache, since runs need what lies there.
 */
export function downloadedFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { FREEZEOUT_LAB_DATASETS: own, FREEZEOUT_LAB_HOME: _, ...others } = environment;
  return own ? resolve(own) : join(homeFolder(undefined, { folder: process.cwd(), environment: others }), 'datasets');
}

/** Where the parts of one data set lie, and what is written around it. */
export interface DatasetPlace {
  /** The folder of the whole data set. */
  readonly folder: string;
  /** What is being downloaded and unpacked. */
  readonly work: string;
  /** Says which files the folder has. */
  readonly stamp: string;
  readonly lock: string;
}

export function placeOf({ folder }: Pick<KnownDataset, 'folder'>, root: string): DatasetPlace {
  const path = join(root, folder);
  return { folder: path, work: `${path}.part`, stamp: `${path}.json`, lock: `${path}.lock` };
}

/** The location of a data set, whether it is there or not. */
export function locationIn(known: KnownDataset, root: string): DatasetLocation {
  const path = join(placeOf(known, root).folder, ...(known.path === '' ? [] : [known.path]));
  return datasetLocationSchema.parse({ ...known.options, path });
}

type FileSizes = Readonly<Record<string, number>>;

/** Whether the data set is there, with each file that it was made with; of images in folders, only the folder is looked at. */
export function isWhole({ folder, stamp }: DatasetPlace): boolean {
  const sizes = readStamp(stamp);
  if (sizes === null || sizeOf(folder) === null) return false;
  return Object.entries(sizes).every(([name, size]) => sizeOf(join(folder, name)) === size);
}

/** Puts a finished folder into its place. The stamp comes first: without the folder it says nothing. */
export async function putInPlace(from: string, place: DatasetPlace, files: readonly string[]): Promise<void> {
  const sizes = files.map((name) => [name, sizeOf(join(from, name))] as const);
  const old = `${place.folder}.old`;
  await rm(old, { recursive: true, force: true });
  if (sizeOf(place.folder) !== null) await rename(place.folder, old);
  await writeFile(`${place.stamp}.new`, JSON.stringify(Object.fromEntries(sizes)));
  await rename(`${place.stamp}.new`, place.stamp);
  await rename(from, place.folder);
  await rm(old, { recursive: true, force: true });
}

/** Where a file lies in its folder until it has been checked. */
export function partPath(folder: string, file: string): string {
  return join(folder, `${file}.part`);
}

/** The bytes of a file that are here, checked or not. */
export function bytesHere(folder: string, file: string): number {
  return sizeOf(join(folder, file)) ?? sizeOf(partPath(folder, file)) ?? 0;
}

/** Null where nothing is there. */
export function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

const stampSchema = z.record(z.string(), z.number());

/** Null where there is none, and where a killed process has cut it. */
function readStamp(path: string): FileSizes | null {
  try {
    return stampSchema.parse(JSON.parse(readOrdinarySync(path, NOTE_LIMIT).toString()));
  } catch {
    return null;
  }
}
