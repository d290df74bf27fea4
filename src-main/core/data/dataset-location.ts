import { z } from 'zod';
import { kindNamed } from '../kind.ts';
import type { DatasetKind, KindLocation } from './dataset-kind.ts';
import { DATASET_KINDS } from './dataset-kinds.ts';

const [firstSchema, ...otherSchemas] = DATASET_KINDS.map(({ schema }) => schema);

export const datasetLocationSchema = z.discriminatedUnion('kind', [firstSchema, ...otherSchemas]);

/** Where the images of a data set are. */
export type DatasetLocation = z.infer<typeof datasetLocationSchema>;

const kinds: readonly DatasetKind[] = DATASET_KINDS;

/** The kinds whose images are in the user's files. */
export const FILE_KINDS: readonly DatasetKind[] = kinds.filter(({ files }) => files !== undefined);

const [firstFileKind, ...otherFileKinds] = FILE_KINDS.map(({ schema }) => schema.omit({ path: true }));

/** What is needed, apart from the path, to add a data set in files; pages never see a path. */
export const fileOptionsSchema = z.discriminatedUnion('kind', [firstFileKind, ...otherFileKinds]);

export function datasetKindOf({ kind }: Pick<KindLocation, 'kind'>): DatasetKind {
  return kindNamed(kinds, kind);
}

/** The folder or file of a data set; null where its images are made. */
export function pathOf(location: DatasetLocation): string | null {
  return 'path' in location ? location.path : null;
}

/** Whether two data sets have the same images and labels: from the same files or seed, read in the same way. */
export function isSameLocation(one: DatasetLocation, other: DatasetLocation): boolean {
  const [values, others] = [one, other].map((location) => new Map(Object.entries(location)));
  return values.size === others.size && [...values].every(([key, value]) => others.get(key) === value);
}
