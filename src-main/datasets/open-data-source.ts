import { type DatasetLocation, datasetKindOf } from '#core/data/dataset-location.ts';
import type { DataSource, DatasetInfo } from '#core/data/image-set.ts';
import type { Say } from '../threads/answer-once.ts';
import { diskFiles } from './disk-files.ts';
import { describeImageFiles, openImageFiles } from './image-files.ts';
import { sayOnStandardError } from './prepared.ts';

/**
 * Reads or makes a data set, as its kind says. Throws one AppError, which names the file, for anything missing, malformed or
 * out of range. `say` is told the progress of a long preparation.
 */
export async function openDataSource(location: DatasetLocation, say: Say = sayOnStandardError): Promise<DataSource> {
  const { reading } = datasetKindOf(location);
  return reading.from === 'arrays' ? reading.open(location, diskFiles) : openImageFiles(location, say);
}

/** The sizes of a data set without its images, where its files allow that. Throws as `openDataSource` does. */
export async function describeDataSource(
  location: DatasetLocation,
  say: Say = sayOnStandardError,
): Promise<DatasetInfo> {
  const { reading } = datasetKindOf(location);
  return reading.from === 'arrays' ? reading.describe(location, diskFiles) : describeImageFiles(location, say);
}

/**
 * The sizes of a data set, once all its labels are known to be in range. Used before a run begins: reads the whole files where
 * `describe` leaves labels unread.
 */
export async function describeCheckedLabels(location: DatasetLocation): Promise<DatasetInfo> {
  const { reading } = datasetKindOf(location);
  if (reading.from !== 'arrays' || !reading.leavesLabels) return describeDataSource(location);
  const { training, test } = await openDataSource(location);
  const { height, width, channels, classes } = training;
  return { training: training.count, test: test.count, height, width, channels, classes };
}
