import { checkChosenPath } from '#core/data/chosen-path.ts';
import type { DataFiles } from '#core/data/data-files.ts';
import type { DatasetKind } from '#core/data/dataset-kind.ts';
import { type DatasetLocation, datasetKindOf, pathOf } from '#core/data/dataset-location.ts';
import type { DataSource, DatasetInfo } from '#core/data/image-set.ts';
import type { Say } from '../threads/answer-once.ts';
import { diskFiles } from './disk-files.ts';
import { describeImageFiles, openImageFiles } from './image-files.ts';
import { sayOnStandardError } from './prepared.ts';

/**
 * Reads or makes a data set, as its kind says. Throws one AppError, which names the file, for anything missing, malformed or
 * out of range. `say` is told the progress of a long preparation, `files` read the files of data sets in arrays.
 */
export async function openDataSource(
  location: DatasetLocation,
  say: Say = sayOnStandardError,
  files: DataFiles = diskFiles,
): Promise<DataSource> {
  const { reading } = await checkedKind(location, files);
  return reading.from === 'arrays' ? reading.open(location, files) : openImageFiles(location, say);
}

/** The sizes of a data set without its images, where its files allow that. Throws as `openDataSource` does. */
export async function describeDataSource(
  location: DatasetLocation,
  say: Say = sayOnStandardError,
): Promise<DatasetInfo> {
  const { reading } = await checkedKind(location);
  return reading.from === 'arrays' ? reading.describe(location, diskFiles) : describeImageFiles(location, say);
}

/** The kind of a data set, once its path is known to be no other thing than the kind reads. */
export async function checkedKind(location: DatasetLocation, files: DataFiles = diskFiles): Promise<DatasetKind> {
  const kind = datasetKindOf(location);
  const path = pathOf(location);
  if (kind.files !== undefined && path !== null) await checkChosenPath(path, kind.files, files);
  return kind;
}
